"""``broadsheet publish edition``: one file, one mail, as far as rules let out, to nobody twice."""

from __future__ import annotations

import email
import email.policy
import hashlib
import json
import re
import shutil
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import html5lib
import pytest
from click.testing import CliRunner

from broadsheet import app
from broadsheet.app import Broadsheet
from broadsheet.cli import broadsheet
from broadsheet.errors import BroadsheetError, EngineError, NotFoundError, SettingsError, find_meaning
from broadsheet.render.to_html import edition_policy
from broadsheet.services.archive import Draft
from broadsheet.services.publish import edition_mail
from broadsheet.settings import parse_settings
from tests.mailing import Sink, mail_sink
from tests.web.conftest import DIGEST, PIXEL, make_draft

NOON = datetime(2026, 2, 28, 12, tzinfo=UTC)
CONFIG = """
name = "测试档案"
[lists]
timezone = "Asia/Shanghai"
[outlets.harbour]
name = "港湾日报"
language = "zh-Hans"
[outlets.beacon]
name = "灯塔报"
language = "zh-Hans"
[outlets.quay]
name = "The Quay"
language = "en"
"""
MAIL = """
[mail]
server = "127.0.0.1"
port = {port}
security = "{security}"
sender = "news@mirror.example"
recipients = ["one@mail.example", "two@mail.example"]
"""
BOATS = "港务局说，新的渡轮每天有{boats}班，票价不变。"
TALKS = "海盟特使沈怀川周六在白沙与石港代表林若渔举行会谈，会谈持续了四个小时，双方同意恢复渡轮。"
TALKS_TOO = "海盟特使沈怀川周六在白沙的旅馆与石港代表林若渔会谈，会谈持续了近十二个小时，双方同意恢复渡轮。"
QUAY = "The Quay secret: the harbour master resigned on Saturday after a long night of talks about the ferry."
FIGURE = '<figure><img src="https://pic.example/ferry.png" alt="渡轮在港"></figure>'


def iter_drafts() -> Iterator[Draft]:
    told = f"{FIGURE}\n<p>{TALKS}</p>\n<p>{BOATS.format(boats=7)}</p>"
    pictures = {"https://pic.example/ferry.png": DIGEST}
    yield make_draft("1", body=told, headline="沈怀川与林若渔在白沙会谈 渡轮每天7班", published=NOON, pictures=pictures)
    told = f"<p>{TALKS_TOO}</p>\n<p>家属在码头等候。</p>"
    yield make_draft(
        "2", "beacon", body=told, headline="沈怀川与林若渔在白沙会谈 同意恢复渡轮", published=NOON + timedelta(hours=1)
    )
    long = "\n".join(f"<p>{QUAY} {number}.</p>" for number in range(30)) + "<p>The hidden end.</p>"
    yield make_draft("3", "quay", body=long, headline="Harbour master resigns", language="en", published=NOON)
    yield make_draft("4", headline="旧闻一则", published=NOON - timedelta(days=3))
    yield make_draft("5", headline="要撤下的稿子", body="<p>不该留下的字句。</p>", published=NOON)
    late = datetime(2026, 2, 28, 16, 30, tzinfo=UTC)  # the first of March in Shanghai
    yield make_draft("6", headline="次日的稿子", body="<p>次日的字句。</p>", published=late - timedelta(days=2))


def make_archive(root: Path) -> Path:
    app.init(root, name="测试档案")
    (root / app.CONFIG).write_text(CONFIG, "utf-8")
    with Broadsheet.open(root, clock=lambda: NOON) as here, here.writing():
        here.store.put_all([(f"pictures/{DIGEST[:2]}/{DIGEST}.png", PIXEL)])
        drafts = list(iter_drafts())
        kept = [one.revision for added in here.archive.keep_all(drafts) for one in added.kept]
        first = next(one for one in kept if one.article == "harbour/1")
        body = f"{FIGURE}\n<p>{TALKS}</p>\n<p>{BOATS.format(boats=8)}</p>"
        again = make_draft(
            "1", body=body, headline="沈怀川与林若渔在白沙会谈 渡轮每天8班", published=NOON, previous=first,
            why=("headline", "body"), captured=NOON + timedelta(hours=1), pictures=first.pictures,
        )  # fmt: skip
        here.archive.keep_all([again])
        here.rebuild()
        here.take_down("harbour/5", "当事人要求")
    return root


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_archive(tmp_path_factory.mktemp("edition") / "archive")


@pytest.fixture
def archive(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "archive"))


def configure(archive: Path, text: str) -> None:
    path = archive / app.CONFIG
    path.write_text(path.read_text("utf-8") + text, "utf-8")


def rule(archive: Path, outlet: str, publish: str) -> None:
    path = archive / app.CONFIG
    told = path.read_text("utf-8").replace(f"[outlets.{outlet}]\n", f'[outlets.{outlet}]\npublish = "{publish}"\n')
    path.write_text(told, "utf-8")


def call(archive: Path, *arguments: str) -> str:
    result = CliRunner().invoke(broadsheet, ["-C", str(archive), "publish", "edition", *arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def write(archive: Path, *arguments: str, name: str = "edition.html") -> str:
    target = archive.parent / name
    call(archive, "--html", str(target), *arguments)
    return target.read_text("utf-8")


# -- the file ------------------------------------------------------------------------------------------------


def test_the_file_is_valid_needs_nothing_and_runs_nothing(archive: Path) -> None:
    shown = write(archive)
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(shown)
    assert not list(tree.iter("script"))
    assert not [one for one in tree.iter() if one.tag == "link"]
    assert {one.get("src", "")[:15] for one in tree.iter("img")} == {"data:image/png;"}
    assert all("lang" in one.attrib for one in tree.iter("h3"))
    policy = next(one.get("content") for one in tree.iter("meta") if one.get("http-equiv"))
    style = next(tree.iter("style")).text or ""
    assert policy == edition_policy(style)
    assert policy.startswith("default-src 'none'")
    assert "url(" not in style
    assert "@import" not in style
    for one in tree.iter("a"):
        assert one.get("href", "").startswith(("#", "https://"))
    ids = {one.get("id") for one in tree.iter() if one.get("id")}
    assert {one.get("href", "")[1:] for one in tree.iter("a") if one.get("href", "").startswith("#")} <= ids


def test_stories_come_first_with_what_differs_then_edits_then_outlets(archive: Path) -> None:
    shown = write(archive)
    places = [shown.index(mark) for mark in ('id="stories"', 'id="edits"', 'id="o1"')]
    assert places == sorted(places)
    story = shown[places[0] : places[1]]
    assert "说法不一" in story
    assert "<mark>四个小时</mark>" in story
    assert "十二个小时</mark>" in story
    edits = shown[places[1] : places[2]]
    assert re.search(r"<del>(<strong>)?7", edits)
    assert re.search(r"<ins>(<strong>)?8", edits)
    assert "The hidden end." in shown[places[2] :]


def test_days_are_those_of_the_archives_zone(archive: Path) -> None:
    assert "2026年2月28日" in write(archive)
    assert "次日的字句" in write(archive, "--day", "2026-02-27")
    with pytest.raises(NotFoundError, match="2026-02-26"):
        write(archive, "--day", "2026-02-26")
    week = write(archive, "--week")
    assert "2026年2月22日" in week
    assert "旧闻一则" in week


def test_of_chosen_outlets_in_the_language_asked_for(archive: Path) -> None:
    shown = write(archive, "--outlet", "quay", "--language", "en")
    assert '<html lang="en">' in shown
    assert "Saturday, 28 February 2026" in shown
    assert "沈怀川" not in shown
    assert "Harbour master resigns" in shown
    assert '<html lang="zh-Hant">' in write(archive, "--language", "zh-Hant")


def test_the_same_edition_has_the_same_bytes(archive: Path) -> None:
    assert write(archive, name="a.html") == write(archive, name="b.html")


def test_what_was_taken_down_is_in_no_edition(archive: Path) -> None:
    for shown in (write(archive), write(archive, "--week")):
        assert "不该留下" not in shown
        assert "要撤下" not in shown


@pytest.mark.parametrize("publish", ["full", "excerpt", "headlines", "no"])
def test_the_rule_of_an_outlet_holds_everywhere(archive: Path, publish: str) -> None:
    rule(archive, "quay", publish)
    rule(archive, "beacon", publish)
    shown = write(archive)
    assert ("The hidden end." in shown) is (publish == "full")
    assert ("The Quay secret" in shown) is (publish in ("full", "excerpt"))
    assert ("Harbour master resigns" in shown) is (publish != "no")
    assert ("灯塔报" in shown) is (publish != "no")
    assert ('id="stories"' in shown) is (publish == "full")
    assert ("白沙的旅馆" in shown) is (publish in ("full", "excerpt"))


def test_edits_tell_nothing_of_texts_that_stay(archive: Path) -> None:
    rule(archive, "harbour", "headlines")
    shown = write(archive)
    assert "沈怀川与林若渔在白沙会谈 渡轮每天8班" in shown
    assert 'id="edits"' not in shown
    assert "data:image" not in shown


def test_an_outlet_of_which_nothing_may_leave_cannot_be_asked_for(archive: Path) -> None:
    rule(archive, "quay", "no")
    with pytest.raises(SettingsError, match='publish = "no"'):
        write(archive, "--outlet", "quay")
    with pytest.raises(SettingsError, match=r"'nowhere'.*harbour"):
        write(archive, "--outlet", "nowhere")


def test_without_pictures_words_stand_for_them(archive: Path) -> None:
    shown = write(archive, "--without-pictures")
    assert "<img" not in shown
    assert "[图片 · 渡轮在港]" in shown
    assert "本期不带图片。" in shown


def test_pictures_past_the_bound_are_told_of(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broadsheet.app._edition.FILE_PICTURE_BYTES", len(PIXEL) - 1)
    shown = write(archive)
    assert "<img" not in shown
    assert "略去了 1 张图片" in shown


def test_a_file_of_another_kind_is_left_alone(archive: Path) -> None:
    with pytest.raises(SettingsError, match="no edition"):
        call(archive, "--html", str(archive / app.CONFIG))
    assert (archive / app.CONFIG).read_text("utf-8") == CONFIG
    with pytest.raises(SettingsError, match="folder"):
        call(archive, "--html", str(archive))
    with pytest.raises(SettingsError, match="no folder"):
        call(archive, "--html", str(archive / "none" / "e.html"))
    assert write(archive) == write(archive)


@pytest.mark.parametrize("arguments", [(), ("--mail", "--html", "x.html"), ("--html", "x.html", "--again")])
def test_what_is_to_be_made_must_be_said(archive: Path, arguments: tuple[str, ...]) -> None:
    with pytest.raises(SettingsError, match="--"):
        call(archive, *arguments)


def test_an_empty_archive_has_no_edition(tmp_path: Path) -> None:
    app.init(tmp_path / "new")
    with pytest.raises(NotFoundError, match="broadsheet run") as caught:
        call(tmp_path / "new", "--html", str(tmp_path / "e.html"))
    assert find_meaning(caught.value).exit_code == 1
    assert not (tmp_path / "e.html").exists()


# -- the mail ------------------------------------------------------------------------------------------------


def read(message: bytes) -> EmailMessage:
    read_ = email.message_from_bytes(message, policy=email.policy.default)
    assert isinstance(read_, EmailMessage)
    return read_


def test_a_mail_is_text_beside_html_with_its_pictures(archive: Path) -> None:
    with mail_sink(Sink()) as sink:
        configure(archive, MAIL.format(port=sink.port, security="none"))
        told = json.loads(call(archive, "--mail", "--json"))
    assert told["sent"] == sink.recipients == ["one@mail.example", "two@mail.example"]
    assert sink.greeted == ["mirror.example"]
    sender, _, content = sink.mails[0]
    mail = read(content)
    assert sender == "news@mirror.example"
    assert mail["To"] == "one@mail.example"
    assert b"two@mail.example" not in content
    assert mail["Subject"] == "测试档案 · 2026年2月28日 星期六"
    assert mail.get_content_type() == "multipart/alternative"
    text, related = mail.iter_parts()
    assert isinstance(text, EmailMessage)
    assert isinstance(related, EmailMessage)
    assert text.get_content_type() == "text/plain"
    assert related.get_content_type() == "multipart/related"
    html, picture = related.iter_parts()
    assert isinstance(html, EmailMessage)
    shown = html.get_content()
    html5lib.HTMLParser(strict=True).parse(shown.replace("\r\n", "\n"))
    assert f'src="cid:{picture["Content-ID"][1:-1]}"' in shown
    assert hashlib.sha256(picture.get_payload(decode=True)).hexdigest() == DIGEST  # type: ignore[arg-type]
    words = text.get_content()
    for told_ in ("说法不一", "[-7", "The hidden end.", "https://quay.example/a/3.html"):
        assert told_ in words
    assert "不该留下" not in words


def test_the_same_edition_goes_to_nobody_twice(archive: Path) -> None:
    with mail_sink(Sink()) as sink:
        configure(archive, MAIL.format(port=sink.port, security="none"))
        call(archive, "--mail")
        assert "had this edition already" in call(archive, "--mail", "--without-pictures")
        assert len(sink.mails) == 2
        call(archive, "--mail", "--again")
        assert len(sink.mails) == 4
        call(archive, "--mail", "--day", "2026-02-27")
    ids = [read(content)["Message-ID"] for _, _, content in sink.mails]
    assert [ids.count(one) for one in dict.fromkeys(ids)] == [4, 2]


def test_one_who_is_refused_keeps_nobody_back_and_gets_it_later(archive: Path) -> None:
    with mail_sink(Sink(refused={"one@mail.example"})) as sink:
        configure(archive, MAIL.format(port=sink.port, security="none"))
        with pytest.raises(EngineError, match="1 of 2"):
            call(archive, "--mail")
        assert sink.recipients == ["two@mail.example"]
        sink.refused.clear()
        call(archive, "--mail")
        assert sink.recipients == ["two@mail.example", "one@mail.example"]


@pytest.mark.parametrize("kind", ["full", "none there", "no tls"])
def test_a_server_that_fails_is_told_of_and_nothing_counts_as_sent(archive: Path, kind: str) -> None:
    with mail_sink(Sink(full=kind == "full")) as sink:
        port = sink.port
        if kind == "none there":
            with socket.socket() as other:
                other.bind(("127.0.0.1", 0))
                port = other.getsockname()[1]
        configure(archive, MAIL.format(port=port, security="starttls" if kind == "no tls" else "none"))
        with pytest.raises(BroadsheetError) as caught:
            call(archive, "--mail")
        assert find_meaning(caught.value).exit_code == 4
        assert not sink.mails
    with mail_sink(Sink()) as sink:
        path = archive / app.CONFIG
        told = path.read_text("utf-8").replace(f"port = {port}", f"port = {sink.port}").replace("starttls", "none")
        path.write_text(told, "utf-8")
        call(archive, "--mail")
        assert len(sink.mails) == 2


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_over_tls_with_a_password_from_the_environment_alone(
    archive: Path, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    sink = Sink(has_tls=security == "starttls", is_tls=security == "tls", password="s3cret&7")
    with mail_sink(sink):
        configure(archive, MAIL.format(port=sink.port, security=security) + 'user = "me"\n')
        monkeypatch.delenv("BROADSHEET_MAIL_PASSWORD", raising=False)
        with pytest.raises(SettingsError, match="BROADSHEET_MAIL_PASSWORD"):
            call(archive, "--mail")
        monkeypatch.setenv("BROADSHEET_MAIL_PASSWORD", "s3cret&7")
        with pytest.raises(EngineError, match="certificate"):
            call(archive, "--mail")
        monkeypatch.setenv("SSL_CERT_FILE", str(Path(__file__).with_name("server.pem")))
        monkeypatch.setenv("BROADSHEET_MAIL_PASSWORD", "wr0ng")
        with pytest.raises(SettingsError, match="535") as caught:
            call(archive, "--mail")
        assert "wr0ng" not in str(caught.value)
        assert not sink.mails
        monkeypatch.setenv("BROADSHEET_MAIL_PASSWORD", "s3cret&7")
        call(archive, "--mail")
    assert sink.secured == [True, True]
    assert not any("s3cret&7" in one.read_text("utf-8", "replace") for one in archive.rglob("*.json"))


def test_the_date_is_that_of_the_clock_that_is_passed_in(archive: Path) -> None:
    with mail_sink(Sink()) as sink:
        configure(archive, MAIL.format(port=sink.port, security="none"))
        with Broadsheet.open(archive, clock=lambda: NOON) as here:
            app.mail_edition(here, app.edition_rules(here))
    assert read(sink.mails[0][2])["Date"] == "Sat, 28 Feb 2026 12:00:00 +0000"


def test_a_damaged_list_of_who_got_what_sends_nothing(archive: Path) -> None:
    with mail_sink(Sink()) as sink:
        configure(archive, MAIL.format(port=sink.port, security="none"))
        call(archive, "--mail")
        (archive / ".broadsheet" / "mail" / "sent.json").write_text("{")
        with pytest.raises(EngineError, match=r"sent\.json"):
            call(archive, "--mail")
        assert len(sink.mails) == 2


def test_pictures_of_a_mail_have_a_bound_of_their_own(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert edition_mail.MAIL_PICTURE_BYTES < edition_mail.FILE_PICTURE_BYTES
    monkeypatch.setattr("broadsheet.app._edition.MAIL_PICTURE_BYTES", 10)
    with mail_sink(Sink()) as sink:
        configure(archive, MAIL.format(port=sink.port, security="none"))
        call(archive, "--mail")
    text, html = read(sink.mails[0][2]).iter_parts()
    assert isinstance(text, EmailMessage)
    assert "略去了 1 张图片" in text.get_content()
    assert html.get_content_type() == "text/html"


def test_without_settings_no_mail(archive: Path) -> None:
    with pytest.raises(SettingsError, match=r"\[mail\] server"):
        call(archive, "--mail")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('security = "ssl"', "starttls, tls or none"),
        ("port = 70000", "65535"),
        ('sender = "me"', "sender"),
        ('sender = "me@mail.example\\nBcc: all@mail.example"', "sender"),
        ('recipients = ["a@mail.example", "b"]', "'b'"),
        ('server = "smtp example"', "host"),
        ('server = "smtp.example"\nsecurity = "none"\nuser = "me"', "for all to read"),
        ('password = "x"', "no setting 'password'"),
    ],
)
def test_wrong_settings_are_told_of(line: str, told: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(told)):
        parse_settings(f"[mail]\n{line}\n")
