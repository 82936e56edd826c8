"""Bombs, torn and foreign documents, each in a process of its own; processor time and memory are judged."""

from __future__ import annotations

import json
import multiprocessing
import re
import resource
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection

from rich.console import Console
from rich.table import Table

from . import made
from .adapters import Peer, find_peers

MAX_S = 2.0
MAX_MB = 200.0
_PATIENCE_S = 8.0


@dataclass(frozen=True)
class Attack:
    """A document and what must come of it: a first headline, a number of entries, or only no harm (both None)."""

    name: str
    content: bytes
    title: str | None = None
    entries: int | None = None


def _rss(title: str, text: str = "words") -> str:
    return (
        f"<rss version='2.0'><channel><title>c</title><link>http://news.example.org/</link><item><title>{title}</title>"
        f"<link>http://news.example.org/1</link><description>{text}</description></item></channel></rss>"
    )


def iter_attacks(port: int) -> Iterator[Attack]:
    """Every attack once. ``port`` is a listener on loopback that nobody may reach."""
    yield from _iter_bombs()
    yield from _iter_thieves(port)
    yield from _iter_giants()
    yield from _iter_torn()
    yield from _iter_foreign()


def _iter_bombs() -> Iterator[Attack]:
    head = '<?xml version="1.0"?>'
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    laughs = f'<!DOCTYPE rss [<!ENTITY l0 "ha">{levels}]>' + _rss("&l9;")
    yield Attack("billion laughs", (head + laughs).encode(), entries=1)
    yield Attack(
        "billion laughs in UTF-16", ('<?xml version="1.0" encoding="utf-16"?>' + laughs).encode("utf-16"), entries=1
    )
    big = f'<!DOCTYPE rss [<!ENTITY a "{"A" * 100_000}">]>' + _rss("&a;" * 20_000)
    yield Attack("quadratic growth", (head + big).encode(), entries=1)
    many = f'<!DOCTYPE rss [<!ENTITY a "{"A" * 250}">]>' + _rss("T", "&a;" * 1_000_000)
    yield Attack("a million uses of a short entity", (head + many).encode(), title="T")
    late = " " * 5000 + laughs
    yield Attack("billion laughs after 5 kB of blanks", (head + late).encode(), entries=1)
    table = "".join(f'<!ENTITY e{n} "x">' for n in range(50_000))
    yield Attack("50,000 entities declared", (head + f"<!DOCTYPE rss [{table}]>" + _rss("T")).encode(), title="T")


def _iter_thieves(port: int) -> Iterator[Attack]:
    head = '<?xml version="1.0"?>'
    place = f"http://127.0.0.1:{port}/x"
    yield Attack(
        "entity from a file", (head + '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + _rss("&x;")).encode()
    )
    yield Attack(
        "entity from the network", (head + f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{place}">]>' + _rss("&x;")).encode()
    )
    yield Attack(
        "document type from the network", (head + f'<!DOCTYPE rss SYSTEM "{place}">' + _rss("T")).encode(), title="T"
    )
    yield Attack(
        "parameter entity", (head + f'<!DOCTYPE rss [<!ENTITY % p SYSTEM "{place}"> %p;]>' + _rss("T")).encode()
    )
    netscape = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss.dtd">'
    yield Attack("Netscape's document type", (head + netscape + _rss("T&eacute;")).encode(), title="Té")
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    yield Attack("XInclude", _rss("T", include).encode(), title="T")
    style = f'<?xml version="1.0"?><?xml-stylesheet href="{place}"?>'
    yield Attack("stylesheet", (style + _rss("T")).encode(), title="T")


def _iter_giants() -> Iterator[Attack]:
    yield Attack("100,000 nested elements", _rss("T", "<a>" * 100_000 + "</a>" * 100_000).encode(), title="T")
    yield Attack("100,000 nested, never closed", _rss("T", "<a>" * 100_000).encode(), title="T")
    yield Attack(
        "30 MB in one entry", _rss("T", "<![CDATA[" + "<p>正文正文</p>" * 1_500_000 + "]]>").encode(), title="T"
    )
    item = "<item><title>T</title><link>http://news.example.org/1</link></item>"
    many = "<rss version='2.0'><channel><title>c</title>" + item * 200_000 + "</channel></rss>"
    yield Attack("200,000 entries", many.encode(), title="T")
    yield Attack("200,000 entries, broken", many.replace("</channel>", "&").encode(), title="T")
    yield Attack("5 MB attribute", _rss("T").replace("<item>", f'<item a="{"x" * 5_000_000}">').encode(), title="T")
    attributes = " ".join(f'a{n}=""' for n in range(200_000))
    yield Attack("200,000 attributes", _rss("T").replace("<item>", f"<item {attributes}>").encode(), title="T")
    yield Attack("100,000 bare <", _rss("T", "<" * 100_000).encode(), title="T")
    yield Attack("300,000 '<a '", _rss("T", "<a " * 300_000).encode(), title="T")
    yield Attack("a million '<![CDATA['", _rss("T", "<![CDATA[" * 1_000_000).encode(), title="T")
    yield Attack("a million '<!--'", _rss("T", "<!--" * 1_000_000).encode(), title="T")
    yield Attack("a million '<title>'", _rss("T", "<title>" * 1_000_000).encode(), title="T")
    yield Attack("a million '&'", _rss("T", "&" * 1_000_000).encode(), title="T")
    yield Attack("a headline of 3 MB of '<b'", _rss("T" + "&lt;b" * 600_000).encode(), entries=1)
    yield Attack("a headline of 3 MB of '<!--'", _rss("T" + "&lt;!--" * 500_000).encode(), entries=1)
    scripts = "&lt;script&gt;" * 1_000 + "&lt;/script&gt;"
    yield Attack(
        "1,000 entries of 1,000 scripts",
        _rss(scripts).replace("</item>", "</item>" + f"<item><title>{scripts}</title></item>" * 200).encode(),
        entries=201,
    )
    yield Attack(
        "a million keywords",
        _rss("T")
        .replace(
            "</item>",
            f"<media:keywords xmlns:media='http://search.yahoo.com/mrss/'>{'k,' * 1_000_000}</media:keywords></item>",
        )
        .encode(),
        title="T",
    )
    commented = f'<!-- <rss> --><!DOCTYPE rss [<!ENTITY a "{"A" * 100_000}">]>' + _rss("T", "&a;" * 20_000)
    yield Attack("quadratic growth behind a comment", commented.encode(), title="T")
    yield Attack("the same in an attribute", commented.replace("<item>", f'<item a="{"&a;" * 5_000}">').encode())
    categories = "".join(f"<category>c{n}</category>" for n in range(100_000))
    yield Attack("100,000 categories", _rss("T").replace("</item>", categories + "</item>").encode(), title="T")
    prefixes = "".join(f"<p{n}:x/>" for n in range(50_000))
    yield Attack("50,000 undeclared prefixes", _rss("T").replace("</item>", prefixes + "</item>").encode(), title="T")
    yield Attack("1 MB of '['", b"[" * 1_000_000)
    deep = b'{"version":"https://jsonfeed.org/version/1.1","items":[' + b"[" * 500_000
    yield Attack("JSON 500,000 deep", deep)
    yield Attack(
        "relative addresses, 1 MB of quotes", _rss("T", "<![CDATA[" + 'src="' * 200_000 + "]]>").encode(), title="T"
    )
    yield Attack(
        "5 MB of digits as a date",
        _rss("T").replace("</item>", f"<pubDate>{'1' * 5_000_000}</pubDate></item>").encode(),
        title="T",
    )


def _iter_torn() -> Iterator[Attack]:
    head = '<?xml version="1.0"?>'
    yield Attack("cut inside an entry", _rss("T").replace("</description>", "")[:-40].encode(), title="T")
    yield Attack("CDATA never closed", _rss("T", "<![CDATA[<p>x</p>").encode(), title="T")
    yield Attack("]]> in plain text", _rss("T", "a ]]> b").encode(), title="T")
    yield Attack("bare & in a link", _rss("T").replace("org/1<", "org/?a=1&b=2<").encode(), title="T")
    yield Attack("undeclared &nbsp;", _rss("T&nbsp;U&mdash;V").encode(), title="T\xa0U—V")
    creator = "<dc:creator>me</dc:creator><description>"
    yield Attack("undeclared prefix", _rss("T").replace("<description>", creator).encode(), title="T")
    yield Attack("blank lines before the declaration", ("\n\n  " + head + _rss("T")).encode(), title="T")
    warning = "\ufeff\ufeff<br />\n<b>Warning</b>: mysql in <b>x.php</b><br />"
    yield Attack("two marks and a PHP warning", (warning + head + _rss("T")).encode(), title="T")
    yield Attack("raw HTML in a description", _rss("T", "<p>one<br>two<img src=x></p>").encode(), title="T")
    twenty = made.rss(20, 1000)
    yield Attack("bare & in one link of 20", twenty.replace(b"01/9.html", b"x?a=1&b=2"), entries=20)
    opening = b"<description><![CDATA["
    yield Attack(
        "&nbsp; and <br> in 10 of 20", twenty.replace(opening, b"<description>a &nbsp; b<br><![CDATA[", 10), entries=20
    )
    yield Attack(
        "<p> never closed in 10 of 20", twenty.replace(opening, b"<description><p>a<p>b <![CDATA[", 10), entries=20
    )
    yield Attack("</item> missing in 5 of 20", twenty.replace(b"</item>", b"", 5), entries=20)
    yield Attack("duplicate attribute", _rss("T").replace("<item>", '<item a="1" a="2">').encode(), title="T")
    yield Attack("attribute without quotes", _rss("T").replace("<item>", "<item a=1>").encode(), title="T")
    yield Attack("something after the root", (_rss("T") + "<script>x</script>").encode(), title="T")
    yield Attack("XML 1.1", ('<?xml version="1.1"?>' + _rss("T")).encode(), title="T")
    yield Attack("control characters in a headline", _rss("T\x00\x08").encode(), title="T")
    yield Attack("forbidden character reference", _rss("T&#0;&#11;").encode(), title="T")
    yield Attack("invalid address", _rss("T").replace("http://news.example.org/1", "http://[::1").encode(), title="T")


def _iter_foreign() -> Iterator[Attack]:
    page = b"<!doctype html><html><head><title>T</title></head><body><p>x</p></body></html>"
    yield Attack("an HTML page", page, entries=0)
    yield Attack("nothing", b"", entries=0)
    yield Attack("a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50, entries=0)
    yield Attack("JSON Feed 1.1", made.json_feed(3, 500), entries=3)
    numbered = {"version": "https://jsonfeed.org/version/1", "title": "c", "items": [{"id": 7, "title": "T"}]}
    yield Attack(
        "JSON Feed with a mark and a number for id", b"\xef\xbb\xbf" + json.dumps(numbered).encode(), title="T"
    )
    yield Attack("JSON Feed cut in its third entry", made.json_feed(3, 500)[:-300], entries=2)


# ---- one process per reading --------------------------------------------------------------------------------------


def _read_alone(peer: Peer, content: bytes, pipe: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    try:
        read_feed = peer.read(content, None, None)
        spent = time.process_time() - start
        peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        _, entries = peer.record(read_feed)
        title = (entries[0].texts["title"] or ("",))[0] if entries else ""
        pipe.send((len(entries), title[:1000], len(title), spent, peak))
    except BaseException as error:
        peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        pipe.send((0, type(error).__name__, 0, time.process_time() - start, peak))


def _run_alone(peer: Peer, content: bytes) -> tuple[int, str, int, float, float] | None:
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(False)
    process = context.Process(target=_read_alone, args=(peer, content, theirs))
    process.start()
    theirs.close()
    try:
        answer = ours.recv() if ours.poll(_PATIENCE_S) else None
    except EOFError:
        answer = None
    if process.is_alive() and answer is None:
        process.kill()
    process.join()
    return answer


def _judge(attack: Attack, answer: tuple[int, str, int, float, float] | None) -> tuple[bool, str]:
    if answer is None:
        return False, "died or never came back"
    entries, title, length, spent, peak = answer
    told = f"{spent:.2f} s {max(peak, 0):.0f} MB"
    if spent > MAX_S or peak > MAX_MB or length > 4_000_000:
        return False, f"too dear: {told}"
    if re.search(r"root:.*:0:", title):
        return False, "told a file"
    if attack.entries is not None and entries != attack.entries:
        return False, f"{entries} entries {title[:30]!r}"
    if attack.title is not None and title != attack.title:
        return False, f"headline {title[:30]!r}"
    return True, told


def _listen(hits: list[float]) -> tuple[socket.socket, Callable[[], int]]:
    """A listener on loopback that notes every connection."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            hits.append(time.time())
            connection.close()

    threading.Thread(target=accept, daemon=True).start()
    return listener, lambda: len(hits)


def run(*, ours_only: bool = False) -> int:
    """Print what each library made of each attack; 0 where ours came through all of them."""
    console = Console()
    peers, absent = find_peers(ours_only=ours_only)
    listener, count_hits = _listen([])
    table = Table("attack", *(peer.name for peer in peers))
    good = dict.fromkeys((peer.name for peer in peers), 0)
    attacks = list(iter_attacks(listener.getsockname()[1]))
    for attack in attacks:
        cells = []
        for peer in peers:
            before = count_hits()
            fine, told = _judge(attack, _run_alone(peer, attack.content))
            if count_hits() > before:
                fine, told = False, "reached the network"
            good[peer.name] += fine
            cells.append(told if fine else f"[red]{told}")
        table.add_row(attack.name, *cells)
    listener.close()
    table.add_row(f"came through, of {len(attacks)}", *(str(good[peer.name]) for peer in peers), style="bold")
    console.print(table)
    for name in absent:
        console.print(f"{name} is not installed and was left out")
    return 0 if good["broadsheet"] == len(attacks) else 1
