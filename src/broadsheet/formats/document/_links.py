"""The headline line ``[headline](url)``: a link as CommonMark writes it, with the fewest possible escapes.

The mirrors wrote headline and address raw. A line that CommonMark reads rightly as it stands (balanced
brackets, balanced parentheses, no spaces in the address) is therefore written raw by us too, so that their
readers need not know about escapes; only what would be read wrongly is escaped (CommonMark 0.31 §6.3, §2.4).
"""

from __future__ import annotations

import re

_PUNCTUATION = "!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~"
_EATEN = re.compile(rf"\\(?=[{_PUNCTUATION}]|$)")
_HEADLINE_ESCAPE = re.compile(r"\\([\\\[\]])")
_URL_ESCAPE = re.compile(r"\\([\\()<>])")
_JOINT = re.compile(r"\]\(")
_ADDRESS = re.compile(r"<?(?:[A-Za-z][A-Za-z0-9+.-]*:|/)")
_CONTROL = "\x00-\x1f\x7f-\x9f\u2028\u2029"
_CONTROLS = re.compile(f"[{_CONTROL}]+")
_CONTROL_OR_SPACE = re.compile(f"[{_CONTROL} ]")


def fold_headline(headline: str) -> str:
    """The headline on one line: each run of control characters and line ends becomes one space."""
    return _CONTROLS.sub(" ", headline)


def fold_url(url: str) -> str:
    """The address on one line: control characters and line ends are percent-encoded as UTF-8."""
    return _CONTROLS.sub(lambda run: "".join(f"%{byte:02X}" for byte in run[0].encode()), url)


def format_link(headline: str, url: str) -> str:
    """``[headline](url)`` on one line; ``split_link`` gives back ``fold_headline`` and ``fold_url`` of the two."""
    return f"[{_escape_headline(fold_headline(headline))}]({_escape_url(fold_url(url))})"


def split_link(line: str) -> tuple[str, str] | None:
    """Headline and address of a headline line, or None where it is no link.

    What we write holds exactly one ``](`` that is not escaped. Mirrors wrote headlines and addresses raw, so
    where there are several the last one before something that looks like an address counts, else the last.
    """
    if not (line.startswith("[") and line.endswith(")")):
        return None
    joints = [match.start() for match in _JOINT.finditer(line, 1)]
    free = [at for at in joints if not _is_escaped(line, at)] or joints
    if not free:
        return None
    at = next((at for at in reversed(free) if _ADDRESS.match(line, at + 2)), free[-1])
    return _HEADLINE_ESCAPE.sub(r"\1", line[1:at]), _unescape_url(line[at + 2 : -1])


def _escape_headline(text: str) -> str:
    text = _EATEN.sub(r"\\\\", text)
    if "](" in text or not _is_balanced(text, "[", "]"):
        text = text.replace("[", r"\[").replace("]", r"\]")
    return text


def _escape_url(url: str) -> str:
    pointed = url.startswith("<") or bool(_CONTROL_OR_SPACE.search(url))
    url = _EATEN.sub(r"\\\\", url)
    if pointed:
        return "<" + re.sub(r"([<>])", r"\\\1", url).replace("](", r"]\(") + ">"
    if "](" in url or not _is_balanced(url, "(", ")"):
        url = url.replace("(", r"\(").replace(")", r"\)")
    return url


def _unescape_url(text: str) -> str:
    if len(text) >= 2 and text.startswith("<") and text.endswith(">"):
        text = text[1:-1]
    return _URL_ESCAPE.sub(r"\1", text)


def _is_escaped(line: str, at: int) -> bool:
    before = line[:at]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def _is_balanced(text: str, opening: str, closing: str) -> bool:
    depth = 0
    for character in text:
        if character == opening:
            depth += 1
        elif character == closing:
            depth -= 1
            if depth < 0:
                return False
    return depth == 0
