"""A whole reader of Broadsheet archives: what somebody has to write in fifty years. Nothing is imported from us.

``python reader50.py my-archive [words]`` prints date, headline, address and text of each document.
"""

import datetime
import html
import pathlib
import re
import sys
from collections.abc import Iterator


def iter_documents(archive: pathlib.Path) -> Iterator[tuple[str, str, str, str]]:
    """Date (ISO 8601 or empty), headline, address and plain text of every document, in the order of paths."""
    for path in sorted((archive / "articles").rglob("*.md")):
        yield read_document(path.read_bytes().decode("utf-8"))


def read_document(text: str) -> tuple[str, str, str, str]:
    """Date, headline, address and plain text of one document."""
    first, link, _rule, _empty, body = text.split("\n", 4)
    date = ""
    if first != "<!--NaN-->":
        since = datetime.timedelta(milliseconds=int(first[4:-3]))
        date = (datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc) + since).isoformat()  # noqa: UP017
    dated = re.match(r"<div><i>\w+, (\d+ \w+ \d+) ?([\d:]*)[^<]*</i></div>\n?", body)
    if dated:  # the outlet's own time; the first line may be when a mirror listed it
        clock = f"{dated[1]} {dated[2] or '00:00:00'} +0000"
        date, body = datetime.datetime.strptime(clock, "%d %b %Y %H:%M:%S %z").isoformat(), body[dated.end() :]
    at = max(found.start() for found in re.finditer(r"(?<!\\)(?:\\\\)*\]\(", link))
    at = link.index("](", at)
    url = link[at + 2 : -1]
    if url.startswith("<") and url.endswith(">"):
        url = url[1:-1]
    headline = re.sub(r"\\([\\\[\]])", r"\1", link[1:at])
    return date, headline, re.sub(r"\\([\\()<>])", r"\1", url), read_text(body)


def read_text(body: str) -> str:
    """The words of a body, one line per block."""
    body = re.sub(r"</(?:p|div|h[1-6]|li|figcaption|tr|blockquote)>|<br */?>|\n", "\n", body)
    lines = html.unescape(re.sub(r"<[^>]*>", "", body)).split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())


if __name__ == "__main__":
    for found in iter_documents(pathlib.Path(sys.argv[1])):
        if all(word in "".join(found) for word in sys.argv[2:]):
            print("\n".join(found), end="\n\n")
