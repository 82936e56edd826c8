"""What HTTP asks for, who may come in, and that the reader sees what is written beside it."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner

from broadsheet.app import CONFIG, Broadsheet
from broadsheet.cli import broadsheet
from broadsheet.errors import EngineError, SettingsError
from broadsheet.model import Position
from broadsheet.services.indexes import articles as indexing
from broadsheet.web import Ask, Door, ReaderServer, Reply, Site, check_binding
from tests.web.conftest import (
    DIGEST,
    DRAWING,
    DRAWING_DIGEST,
    NOW,
    PAGES,
    PIXEL,
    STATUS,
    get,
    make_archive,
    make_draft,
    twin,
)

LASTING = [target for kind, target in PAGES.items() if kind not in STATUS]


@pytest.mark.parametrize(
    "target", [*LASTING, *(twin(target, "json") for target in LASTING), "/openapi.json", "/robots.txt"]
)
def test_who_has_a_page_is_told_so(site: Site, target: str) -> None:
    first = get(site, target)
    etag = first.find_header("etag") or ""
    assert etag.startswith('W/"')
    assert get(site, target).body == first.body
    again = get(site, target, if_none_match=etag)
    assert (again.status, again.body) == (304, b"")
    assert again.find_header("etag") == etag
    assert get(site, target, if_none_match='"other"').status == 200
    if modified := first.find_header("last-modified"):
        assert get(site, target, if_modified_since=modified).status == 304
        assert get(site, target, if_modified_since="Mon, 01 Jan 2001 00:00:00 GMT").status == 200
        assert get(site, target, if_modified_since=modified, if_none_match='"other"').status == 200


def test_pages_of_the_archive_bear_a_date(site: Site) -> None:
    for target in ("/", "/outlets", "/outlets/harbour", "/articles/harbour/102", "/search?q=a", "/about"):
        assert get(site, target).find_header("last-modified")
    assert get(site, "/articles/harbour/101").find_header("last-modified") == "Sun, 01 Mar 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("accepted", "is_compressed"),
    [("gzip", True), ("br, gzip;q=0.5", True), ("*", True), ("gzip;q=0", False), ("br", False), ("", False)],
)
def test_pages_are_compressed_for_those_who_understand(site: Site, accepted: str, is_compressed: bool) -> None:
    plain = get(site, "/")
    reply = get(site, "/", accept_encoding=accepted)
    assert (reply.find_header("content-encoding") == "gzip") is is_compressed
    assert (gzip.decompress(reply.body) if is_compressed else reply.body) == plain.body
    assert "Accept-Encoding" in (reply.find_header("vary") or "")


def test_pictures_are_shown_in_a_sandbox_and_drawings_are_handed_out(site: Site) -> None:
    picture = get(site, f"/pictures/{DIGEST}")
    assert (picture.status, picture.body) == (200, PIXEL)
    assert picture.find_header("content-type") == "image/png"
    assert picture.find_header("content-security-policy") == "default-src 'none'; sandbox"
    assert picture.find_header("content-disposition") is None
    drawing = get(site, f"/pictures/{DRAWING_DIGEST}")
    assert drawing.body == DRAWING
    assert drawing.find_header("content-type") == "image/svg+xml"
    assert (drawing.find_header("content-disposition") or "").startswith("attachment")
    assert drawing.find_header("content-security-policy") == "default-src 'none'; sandbox"
    assert get(site, f"/pictures/{DIGEST}", if_none_match=picture.find_header("etag") or "").status == 304


def test_a_document_is_served_byte_for_byte(site: Site, archive: Path) -> None:
    stated = json.loads(get(site, "/articles/harbour/102.json").body)
    reply = get(site, "/" + stated["document"])
    assert reply.body == (archive / stated["document"].removeprefix("documents/")).read_bytes()
    assert reply.find_header("content-type") == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [("zh-TW,zh;q=0.9,en;q=0.1", "zh-Hant"), ("zh", "zh-Hans"), ("de, en;q=0.2", "en"), ("fr", "en"), ("", "en"),
     ("en;q=0.2, zh-HK;q=0.8", "zh-Hant"), ("en;q=x, zh", "zh-Hans"), ("zh-Hant-TW", "zh-Hant"), ("*", "en")],
)  # fmt: skip
def test_the_browser_is_asked_for_its_language(site: Site, wanted: str, expected: str) -> None:
    assert f'<html lang="{expected}">' in get(site, "/", accept_language=wanted).body.decode()


def post(site: Site, body: str, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return site.answer(Ask("/preferences", "", {"host": "127.0.0.1:8000", **named}, "POST", body.encode()))


def test_preferences_are_kept_as_cookies(site: Site) -> None:
    reply = post(site, "language=zh-Hant&zone=Asia%2FTaipei&back=%2Fsearch%3Fq%3D%E6%B8%A1")
    assert reply.status == 303
    assert reply.find_header("location") == "/search?q=%E6%B8%A1"
    cookies = "; ".join(value.partition(";")[0] for name, value in reply.headers if name == "Set-Cookie")
    shown = get(site, "/articles/harbour/102", cookie=cookies).body.decode()
    assert '<html lang="zh-Hant">' in shown
    assert "2026-03-01 17:00 +08:00" in shown
    assert "data-time" not in shown


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example", "/a\r\nX: y", ""])
def test_preferences_lead_nowhere_else(site: Site, back: str) -> None:
    assert post(site, f"language=en&back={quote(back)}").find_header("location") == "/"


def test_preferences_come_from_here_and_make_sense(site: Site) -> None:
    assert post(site, "language=en", origin="https://evil.example").status == 403
    assert post(site, "language=en", sec_fetch_site="cross-site").status == 403
    nonsense = post(site, "language=xx&zone=Mars%2FBase&back=%2F")
    assert not [name for name, _ in nonsense.headers if name == "Set-Cookie"]
    assert get(site, "/", cookie="zone=../../etc/passwd; language=<b>").status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_can_be_changed(site: Site, method: str) -> None:
    reply = site.answer(Ask("/", "", {"host": "localhost"}, method))
    assert (reply.status, reply.find_header("allow")) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [("127.0.0.1:8000", True), ("localhost", True), ("LOCALHOST:1", True), ("[::1]:8000", True), ("192.168.1.5", True),
     ("news.home.example:80", True), ("evil.example", False), ("localhost.evil.example", False), ("", False),
     ("127.0.0.1.evil.example", False)],
)  # fmt: skip
def test_only_our_own_names_are_answered(archive: Path, host: str, is_ours: bool) -> None:
    door = Door(names=frozenset({"news.home.example"}))
    refusal = door.find_refusal(Ask("/", "", {"host": host}))
    assert (refusal is None) is is_ours
    assert refusal is None or refusal.status == 421


@pytest.fixture
def guarded(archive: Path) -> Iterator[Site]:
    with Broadsheet.open(archive, clock=lambda: NOW) as here:
        opened = Site(here, Door("a long secret"))
    yield opened
    opened.close()


def sign_in(site: Site, body: str, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return site.answer(Ask("/sign-in", "", {"host": "127.0.0.1:8000", **named}, "POST", body.encode()))


def test_a_token_is_given_once_or_with_every_request(guarded: Site) -> None:
    assert get(guarded, "/").status == 401
    assert get(guarded, f"/pictures/{DIGEST}").status == 401
    assert get(guarded, "/?token=wrong").status == 401
    entered = get(guarded, "/search?q=a&token=a+long+secret")
    assert (entered.status, entered.find_header("location")) == (303, "/search?q=a")
    cookie = (entered.find_header("set-cookie") or "").partition(";")[0]
    assert "secret" not in cookie
    assert get(guarded, "/", cookie=cookie).status == 200
    assert guarded.find_ready(Ask("/", "", {"host": "127.0.0.1:8000"})) is None
    assert get(guarded, "/", authorization="Bearer a long secret").status == 200
    basic = base64.b64encode(b"me:a long secret").decode()
    assert get(guarded, "/", authorization=f"Basic {basic}").status == 200
    assert get(guarded, "/", authorization="Basic ?").status == 401
    assert get(guarded, "//evil.example?token=a+long+secret").find_header("location") == "/evil.example"


def test_a_browser_without_leave_gets_one_form_and_all_that_belongs_to_it(guarded: Site) -> None:
    page = get(guarded, "/articles/harbour/102?x=1", accept="text/html,*/*")
    shown = page.body.decode()
    assert (page.status, shown.count("<form"), shown.count('name="token"')) == (401, 1, 1)
    assert 'value="/articles/harbour/102?x=1"' in shown
    assert "测试档案" not in shown
    assert "渡轮" not in shown
    for address in re.findall(r'(?:href|src)="([^"]+)"', shown):
        assert get(guarded, address, accept="text/css,*/*").status == 200, address
    assert get(guarded, "/favicon.ico").status == 303
    assert "Location" not in dict(page.headers)


@pytest.mark.parametrize(
    "headers",
    [{"accept": "text/html"}, {"sec_fetch_mode": "no-cors"}, {"user_agent": "Mozilla/5.0 (X11) Chrome/1"},
     {"accept": "image/avif,*/*", "user_agent": "Mozilla/5.0 (iPhone)", "cookie": "broadsheet_token=old"}],
)  # fmt: skip
@pytest.mark.parametrize("target", ["/", "/front.atom", "/front.json", f"/pictures/{DIGEST}"])
def test_no_browser_is_told_of_basic(guarded: Site, headers: dict[str, str], target: str) -> None:
    reply = get(guarded, target, **headers)
    told = [value for name, value in reply.headers if name == "WWW-Authenticate"]
    assert (reply.status, told) == (401, ['Bearer realm="Broadsheet"'])


def test_programs_are_told_of_both_ways(guarded: Site) -> None:
    reply = get(guarded, "/front.atom", user_agent="a-feed-reader/1.0")
    told = [value.partition(" ")[0] for name, value in reply.headers if name == "WWW-Authenticate"]
    assert (reply.status, told) == (401, ["Basic", "Bearer"])


def test_the_form_leads_back_with_a_cookie_no_script_reads(guarded: Site) -> None:
    entered = sign_in(guarded, "token=a+long+secret&back=%2Farticles%2Fharbour%2F102%3Fx%3D1")
    assert (entered.status, entered.find_header("location")) == (303, "/articles/harbour/102?x=1")
    cookie = entered.find_header("set-cookie") or ""
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    assert get(guarded, "/", cookie=cookie.partition(";")[0]).status == 200
    assert get(guarded, "/sign-in", cookie=cookie.partition(";")[0]).find_header("location") == "/"
    for body in ("token=wrong&back=%2Fedits", "token=&back=%2Fedits", "back=%2Fedits", ""):
        again = sign_in(guarded, body)
        assert (again.status, again.find_header("set-cookie")) == (401, None)
        assert 'aria-invalid="true"' in again.body.decode()
    assert 'value="/edits"' in sign_in(guarded, "token=wrong&back=%2Fedits").body.decode()
    assert sign_in(guarded, "token=a+long+secret&back=%2F%2Fevil.example").find_header("location") == "/"
    assert sign_in(guarded, "token=a+long+secret", sec_fetch_site="cross-site").status == 403
    assert sign_in(guarded, "token=a+long+secret", origin="https://evil.example").status == 403


def test_without_a_token_there_is_no_form(site: Site) -> None:
    assert sign_in(site, "token=x").find_header("location") == "/"


@pytest.mark.parametrize(
    ("host", "token", "no_token", "complaint"),
    [("0.0.0.0", None, False, "--token SECRET, or --no-token"), ("192.168.1.5", None, False, "--token SECRET"),
     ("::", None, False, "--token"), ("127.0.0.1", "short", False, "at least 8"),
     ("0.0.0.0", "long enough", True, "either --token or --no-token")],
)  # fmt: skip
def test_a_network_is_never_let_in_by_accident(host: str, token: str | None, no_token: bool, complaint: str) -> None:
    with pytest.raises(SettingsError, match=complaint):
        check_binding(host, token, no_token=no_token)


def test_the_command_refuses_before_it_opens_a_door(archive: Path) -> None:
    said = CliRunner().invoke(broadsheet, ["-C", str(archive), "serve", "--host", "0.0.0.0"])
    assert isinstance(said.exception, SettingsError)
    shown = CliRunner().invoke(broadsheet, ["serve", "--help"])
    assert (shown.exit_code, "--no-token" in shown.output) == (0, True)


def test_loopback_needs_nothing_and_a_network_one_word() -> None:
    for host in ("127.0.0.1", "localhost", "::1", "127.0.0.2"):
        check_binding(host, None, no_token=False)
    check_binding("0.0.0.0", None, no_token=True)
    check_binding("0.0.0.0", "long enough", no_token=False)


# -- beside a writer -----------------------------------------------------------------------------------------


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return make_archive(tmp_path / "archive")


def test_what_is_written_beside_the_reader_is_seen_at_once(own: Path) -> None:
    with Broadsheet.open(own, clock=lambda: NOW) as here:
        reader = Site(here)
    before = get(reader, "/")
    assert get(reader, "/articles/harbour/900").status == 404
    assert get(reader, "/search.json?q=%E5%A4%9C%E8%88%AA").body.count(b"harbour/900") == 0
    with Broadsheet.open(own, clock=lambda: NOW) as writer, writer.writing():
        added = writer.archive.keep_all([make_draft("900", headline="恢复夜航")])
        indexing.apply_additions(writer.archive, writer.index, added)
    assert "恢复夜航" in get(reader, "/").body.decode()
    assert get(reader, "/", if_none_match=before.find_header("etag") or "").status == 200
    assert get(reader, "/articles/harbour/900").status == 200
    assert "harbour/900" in get(reader, "/search.json?q=%E5%A4%9C%E8%88%AA").body.decode()
    reader.close()


def test_an_index_rebuilt_beneath_the_reader_is_followed(own: Path) -> None:
    with Broadsheet.open(own, clock=lambda: NOW) as here:
        reader = Site(here)
    shown = get(reader, "/articles/harbour/102").body
    with Broadsheet.open(own, clock=lambda: NOW) as writer, writer.writing():
        writer.rebuild()
        writer.take_down("harbour/102", "测试")
    after = get(reader, "/articles/harbour/102").body
    assert "岑望".encode() in shown
    assert "岑望".encode() not in after
    assert get(reader, "/search?q=%E6%B8%A1%E8%BD%AE").status == 200
    reader.close()


def test_changed_settings_are_taken_in_and_wrong_ones_are_not(own: Path) -> None:
    with Broadsheet.open(own, clock=lambda: NOW) as here:
        reader = Site(here)
    config = own / CONFIG
    text = config.read_text("utf-8")
    for number, (new, expected) in enumerate(
        [
            (text.replace("测试档案", "新名字"), "新名字"),
            ("name = ", "新名字"),
            (text.replace("测试档案", "又一个"), "又一个"),
        ]
    ):
        config.write_text(new, "utf-8")
        os.utime(config, ns=(number + 1, number + 1))
        assert expected in get(reader, "/").body.decode()
    reader.close()


def test_the_reader_never_writes(archive: Path) -> None:
    with Broadsheet.open(archive, read_only=True) as here:
        with pytest.raises(EngineError, match="reading only"):
            here.index.wipe()
        with pytest.raises(EngineError, match="reading only"):
            here.index.apply("ledger/a/2026-03.jsonl", 0, Position(1, ""), [])


def test_without_an_index_the_reader_makes_one_first(own: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        (own / ".broadsheet" / f"index.sqlite{suffix}").unlink(missing_ok=True)
    with Broadsheet.open(own, clock=lambda: NOW) as here:
        reader = Site(here)
    assert "渡轮" in get(reader, "/").body.decode()
    reader.close()


def test_an_archive_that_cannot_be_read_is_not_served(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for suffix in ("", "-wal", "-shm"):
        (own / ".broadsheet" / f"index.sqlite{suffix}").unlink(missing_ok=True)
    monkeypatch.setattr("broadsheet.web._watch._bring_in_step", lambda _: None)
    with Broadsheet.open(own) as here, pytest.raises(EngineError, match="broadsheet rebuild"):
        Site(here)


# -- on a socket ---------------------------------------------------------------------------------------------


def test_the_reader_answers_on_a_socket(archive: Path) -> None:
    with Broadsheet.open(archive, clock=lambda: NOW) as here, ReaderServer(here) as server:
        assert server.url.startswith("http://127.0.0.1:")
        for _ in range(2):
            with urlopen(f"{server.url}/search?q=%E6%B8%A1%E8%BD%AE") as reply:
                assert reply.status == 200
                assert "<mark>渡轮</mark>" in reply.read().decode()
                assert reply.headers["Server"] == "Broadsheet"
        with urlopen(Request(f"{server.url}/", method="HEAD")) as reply:
            assert int(reply.headers["Content-Length"]) > 1000
            assert reply.read() == b""
        with pytest.raises(EngineError, match="choose another with --port"):
            ReaderServer(here, port=int(server.url.rpartition(":")[2]))


@pytest.mark.slow
def test_several_processes_answer_at_one_address(archive: Path) -> None:
    with Broadsheet.open(archive, clock=lambda: NOW) as here, ReaderServer(here, workers=2) as server:
        for _ in range(40):
            with urlopen(f"{server.url}/articles/harbour/102.txt") as reply:
                assert "岑望" in reply.read().decode()
    with pytest.raises(OSError, match="refused"):
        urlopen(server.url)


def test_odd_requests_cost_the_reader_nothing(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Broadsheet.open(archive, clock=lambda: NOW) as here, ReaderServer(here) as server:
        address = ("127.0.0.1", int(server.url.rpartition(":")[2]))
        long = "%E7%94%B2" * 999
        for target, status in (("/?" + "a=1&" * 500, b"200"), (f"/search.json?q={long}", b"200"),
                               (f"/search.json?q={long * 10}", b"400"), ("/%00%ff%0d%0a", b"404")):  # fmt: skip
            assert raw(address, f"GET {target} HTTP/1.1\r\nHost: localhost\r\n".encode()).split(b" ")[1] == status
        assert raw(address, b"nonsense\r\n").split(b" ")[1] == b"400"
        monkeypatch.setattr(Site, "answer", lambda *_: 1 / 0)
        assert raw(address, b"GET /about.txt HTTP/1.1\r\nHost: localhost\r\n").split(b" ")[1] == b"500"


def raw(address: tuple[str, int], request: bytes) -> bytes:
    """The answer to bytes as they stand."""
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(request + b"Connection: close\r\n\r\n")
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def test_an_ask_is_a_value() -> None:
    ask = Ask("/", "a=1&a=2&b=", {"cookie": "x=1; y=2"})
    assert ask.get_fields() == {"a": "2", "b": ""}
    assert ask.get_cookies() == {"x": "1", "y": "2"}
    assert replace(ask, headers={"cookie": "\x00;;=;"}).get_cookies() == {}
