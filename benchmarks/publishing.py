"""Publishing: how fast a static site is made and kept in step, beside hugo and jekyll (Debian).

An archive of made-up news (or the one that `--archive` names) is published twice: pages, memory, time. The peers take
the same documents and make one page of each; we make five forms, a copy of its document, lists of days and outlets, and
the search.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import serving
from broadsheet.app import Broadsheet, publish_site, site_rules
from broadsheet.formats.document import parse_document

PAGES_A_SECOND, SECOND_RUN_S, MEMORY_MB = 500, 10.0, 300


def main(argv: Sequence[str] = ()) -> int:
    """Measure and print; 1 if a target is missed."""
    parser = argparse.ArgumentParser(prog="benchmarks publishing", description=__doc__)
    parser.add_argument("--articles", type=int, default=5_000, help="how many (5,000)")
    parser.add_argument("--archive", type=Path, help="an archive to publish instead of a made-up one")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as scratch:
        return measure(Path(scratch), options.archive, options.articles)


def measure(scratch: Path, archive: Path | None, articles: int) -> int:
    """Publish twice and print how fast that was, beside peers."""
    root = archive or scratch / "archive"
    if archive is None:
        serving.ARTICLES = articles
        serving.make_archive(root)
    target = scratch / "site"
    with Broadsheet.open(root) as here:
        with here.writing():
            pass
        rules = site_rules(here)
    print("run       articles    files        MB      s   articles/s   cpu s   memory MB")
    rows = []
    for name in ("first", "second"):
        began, busy = time.monotonic(), _busy_s()
        with _Memory() as memory:
            account = publish_site(root, target, rules, watch=lambda *_: None)
        took = time.monotonic() - began
        rows.append((took, account.articles, memory.peak_mb))
        told = f"{account.articles:8,} {account.files:10,} {account.bytes / 1e6:9,.1f} {took:6.1f}"
        print(
            f"{name:8} {told} {account.articles / took:12,.0f} {_busy_s() - busy:7.1f} {memory.peak_mb:11,.0f}",
            flush=True,
        )
    documents = sorted((root / "articles").rglob("*.md"))
    for name, peer in (("hugo", _hugo), ("jekyll", _jekyll)):
        if shutil.which(name) is None:
            print(f"{name}: is not here: apt-get install {name}")
            continue
        folder = scratch / name
        _write_content(documents, folder)
        busy, began = _busy_s(), time.monotonic()
        pages = peer(folder)
        took = time.monotonic() - began
        print(f"{name:8} {pages:8,} {'':20} {took:6.1f} {pages / took:12,.0f} {_busy_s() - busy:7.1f}", flush=True)
    (first, made, peak), (second, _, _) = rows
    return int(made / first < PAGES_A_SECOND or second > SECOND_RUN_S or peak > MEMORY_MB)


def _busy_s() -> float:
    """Processor time of this process and of those it waited for."""
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


class _Memory:
    """The most memory that this process and its children had together, shared pages counted once."""

    def __enter__(self) -> _Memory:
        self.peak_mb = 0.0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._end.wait(0.2):
            self.peak_mb = max(self.peak_mb, sum(_weight_kb(pid) for pid in _family(os.getpid())) / 1024)


def _family(pid: int) -> list[int]:
    try:
        told = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(one for child in told for one in _family(int(child)))]


def _weight_kb(pid: int) -> int:
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(r"^Pss:\s+(\d+)", told, re.MULTILINE)
    return int(found[1]) if found else 0


def _write_content(documents: Sequence[Path], folder: Path) -> None:
    """The documents as hugo and jekyll read them: front matter, then the body."""
    posts = folder / "content" / "posts"
    posts.mkdir(parents=True)
    (folder / "_posts").mkdir()
    for path in documents:
        document = parse_document(path.read_bytes())
        day = f"{document.published:%Y-%m-%d}" if document.published else "2020-01-01"
        name = f"{day}-{path.stem}.html"
        title = document.headline.replace("\\", "\\\\").replace('"', '\\"')
        text = f'---\ntitle: "{title}"\ndate: {day}\nlayout: post\n---\n{document.body}\n'
        (posts / name).write_text(text, "utf-8")
        os.link(posts / name, folder / "_posts" / name)


_LAYOUT = "<!doctype html><html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>"


def _hugo(folder: Path) -> int:
    layouts = folder / "layouts" / "_default"
    layouts.mkdir(parents=True)
    page = _LAYOUT.format(title="{{ .Title }}", body="{{ .Content }}")
    (layouts / "single.html").write_text(page)
    rows = '{{ range .Paginator.Pages }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}'
    (layouts / "list.html").write_text(_LAYOUT.format(title="{{ .Title }}", body=rows))
    (folder / "config.toml").write_text('baseURL = "https://x.example/"\ntitle = "x"\n')
    subprocess.run(["hugo", "--quiet"], cwd=folder, check=True)
    return sum(1 for _ in (folder / "public" / "posts").rglob("index.html"))


def _jekyll(folder: Path) -> int:
    (folder / "_layouts").mkdir()
    (folder / "_layouts" / "post.html").write_text(_LAYOUT.format(title="{{ page.title }}", body="{{ content }}"))
    (folder / "_config.yml").write_text("title: x\nexclude: [content, layouts, public]\n")
    subprocess.run(["jekyll", "build", "--quiet"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return sum(1 for path in (folder / "_site").rglob("*.html") if path.name != "index.html")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
