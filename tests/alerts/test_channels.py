"""Channels as they are set, and what each of them is sent, with real receivers on loopback."""

from __future__ import annotations

import email
import email.policy
import json
import logging
import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from broadsheet.app import Alerts, Broadsheet
from broadsheet.app._messages import Pings, body_of, find_channels, mail_of, make_send
from broadsheet.errors import BroadsheetError, EngineError, SettingsError
from broadsheet.model import Message
from broadsheet.settings import parse_settings
from tests.alerts.hooks import Hooks, listening
from tests.mailing import Sink, mail_sink

NOW = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)
MESSAGE = Message(
    "trouble-1", "trouble", "News", 'News: "a" \\ 引号', ("one {x}", "two"), NOW, "https://news.example/h"
)

Open = Callable[[str], Broadsheet]


@pytest.fixture
def hooks() -> Iterator[Hooks]:
    with listening(Hooks()) as hooks:
        yield hooks


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Open]:
    opened: list[Broadsheet] = []

    def make(settings: str) -> Broadsheet:
        (tmp_path / "a").mkdir(exist_ok=True)
        (tmp_path / "a" / "broadsheet.toml").write_text(f'name = "News"\n{settings}', "utf-8")
        opened.append(Broadsheet.open(tmp_path / "a", clock=lambda: NOW))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


# -- as they are set ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("channels = 3", "must be tables such as [channels.phone]"),
        ("[channels]\nx = 3", "[channels.x]: must be a table"),
        ("[channels.'A b']\nping = 'https://p.example/'", "cannot name a channel"),
        ("[channels.x]", "must have one of webhook, mail, command, ping, and has none"),
        ("[channels.x]\nwebhook = 'https://a.example/'\nmail = ['a@b.example']", "has webhook and mail"),
        ("[channels.x]\nwebhok = 'https://a.example/'", "did you mean webhook?"),
        ("[channels.x]\nname = 'y'\nping = 'https://a.example/'", "no setting 'name'"),
        ("[channels.x]\nwebhook = 'ftp://s3cret.example/'", "must be an http or https address"),
        ("[channels.x]\nwebhook = 'env:'", "env:BROADSHEET_WEBHOOK"),
        ("[channels.x]\nping = 's3cret'", "must be an http or https address"),
        ("[channels.x]\nping = 'https://a.example/'\nping_fail = 's3cret'", "ping_fail: must be"),
        ("[channels.x]\nmail = ['me']", "must be like me@mail.example"),
        ("[channels.x]\nmail = ['a@b.example']\nbody = 'x'", "body: goes with webhook"),
        ("[channels.x]\ncommand = ['true']\nproxy = 'none'", "proxy: goes with webhook and ping"),
        ("[channels.x]\nwebhook = 'https://a.example/'\nproxy = 'gopher'", "proxy"),
        ("[channels.x]\nwebhook = 'https://a.example/'\nheaders = ['Authorization']", "headers: write each like"),
        ("[channels.x]\nwebhook = 'https://a.example/'\nbody = '{txt}'", "there is no {txt}; there are: kind"),
        ("[channels.x]\nwebhook = 'https://a.example/'\nbody = '{text'", "a brace is not closed"),
        ("[channels.x]\nwebhook = 'https://a.example/'\nbody = '{text!r}'", "there is no {text}"),
        ("[channels.x]\nwebhook = 'https://a.example/'\nbody = '{\"a\": \"{b}\"}'", "there is no {b}"),
        ("[channels.x]\ncommand = ['']", "must begin with a program"),
        (
            "[alerts]\nto = ['y']\n[channels.x]\ncommand = ['true']",
            "no channel 'y'; under [channels.NAME] there are: x",
        ),
        ("[alerts]\nevery = 'hourly'", "every: 'hourly' is not a duration"),
        ("[alerts]\nfeed_after = ''", "feed_after: '' is not a duration"),
        ("[alerts]\nlink = 'news.example'", "link: must be an http or https address"),
        ("[alerts]\ndisk_free = -1", "must not be negative"),
    ],
)
def test_what_cannot_be_a_channel_is_refused_in_a_sentence(text: str, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings(text)
    assert words in str(caught.value) and "s3cret" not in str(caught.value)


def test_no_secret_is_in_the_repr_of_settings() -> None:
    text = "[channels.x]\nwebhook = 'https://a.example/s3cret'\nheaders = ['Authorization: s3cret']"
    settings = parse_settings(text)
    assert "s3cret" not in repr(settings) and "s3cret" not in repr(settings.channels)
    assert repr(settings) == repr(parse_settings("")), "what is published does not depend on who is told"


# -- webhooks ----------------------------------------------------------------------------------------------------------


def test_a_webhook_gets_the_message_as_json(make: Open, hooks: Hooks) -> None:
    here = make(f"[channels.x]\nwebhook = '{hooks.url()}'\nheaders = ['X-Own: yes']")
    make_send(here)("x", MESSAGE)
    (call,) = hooks.calls
    assert (call.method, call.path) == ("POST", "/hook")
    assert call.headers["content-type"] == "application/json" and call.headers["x-own"] == "yes"
    assert call.headers["idempotency-key"] == "trouble-1"
    assert call.told == {
        "kind": "trouble", "key": "trouble-1", "archive": "News", "subject": MESSAGE.subject,
        "lines": ["one {x}", "two"], "text": MESSAGE.text, "link": "https://news.example/h",
        "made": "2026-02-28T23:30:00Z",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("template", "media_type", "content"),
    [
        ('{"text": "{text}"}', "application/json", {"text": MESSAGE.text}),
        (
            '{"topic": "news", "title": "{subject}", "message": "{lines}", "priority": 4, "tags": ["{kind}"]}',
            "application/json",
            {"topic": "news", "title": MESSAGE.subject, "message": "one {x}\ntwo", "priority": 4, "tags": ["trouble"]},
        ),
        ("{subject} ({link})", "text/plain; charset=utf-8", f"{MESSAGE.subject} (https://news.example/h)"),
    ],
)
def test_a_body_fits_what_others_take(template: str, media_type: str, content: object) -> None:
    """Words of the message are filled in as texts: quotes and braces in them do no harm."""
    body, found = body_of(template, MESSAGE)
    assert found == media_type
    assert (json.loads(body) if found == "application/json" else body.decode()) == content


def test_secrets_are_read_from_elsewhere_and_never_told(
    make: Open, hooks: Hooks, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("HOOK", hooks.url("/s3cret/path?key=s3cret"))
    (tmp_path / "auth").write_text("Bearer s3cret\n")
    here = make(f"[channels.x]\nwebhook = 'env:HOOK'\nheaders = ['Authorization: file:{tmp_path}/auth']")
    make_send(here)("x", MESSAGE)
    assert hooks.calls[0].path == "/s3cret/path?key=s3cret"
    assert hooks.calls[0].headers["authorization"] == "Bearer s3cret"
    for hooks.status in (404, 500, 429):
        with pytest.raises(EngineError, match=f"127.0.0.1: the server answered with status {hooks.status}") as caught:
            make_send(here)("x", MESSAGE)
        assert "s3cret" not in str(caught.value)
    monkeypatch.setenv("HOOK", "nonsense s3cret")
    with pytest.raises(SettingsError) as wrong:
        make_send(here)("x", MESSAGE)
    assert "s3cret" not in str(wrong.value) and "s3cret" not in caplog.text
    monkeypatch.delenv("HOOK")
    with pytest.raises(SettingsError, match="HOOK is empty or not set"):
        make_send(here)("x", MESSAGE)
    (tmp_path / "a" / "auth").write_text("Bearer s3cret\n")
    here = make(f"[channels.x]\nwebhook = '{hooks.url()}'\nheaders = ['Authorization: file:{tmp_path}/a/auth']")
    with pytest.raises(SettingsError, match="lies inside the archive"):
        make_send(here)("x", MESSAGE)


def test_a_redirect_is_not_followed(make: Open, hooks: Hooks) -> None:
    hooks.status, hooks.location = 307, hooks.url("/elsewhere")
    here = make(f"[channels.x]\nwebhook = '{hooks.url()}'")
    with pytest.raises(EngineError, match="a redirect, which a message does not follow"):
        make_send(here)("x", MESSAGE)
    assert hooks.paths == ["/hook"]


def test_a_message_has_arrived_whatever_else_the_server_says(make: Open, hooks: Hooks) -> None:
    hooks.answer = b"x" * 40_000_000
    make_send(make(f"[channels.x]\nwebhook = '{hooks.url()}'"))("x", MESSAGE)
    assert len(hooks.calls) == 1


def test_only_the_host_that_is_named_may_be_private(make: Open, hooks: Hooks) -> None:
    """The archive's own rule for feeds stays as it was: what the owner names here opens no door there."""
    here = make(f"[channels.x]\nwebhook = '{hooks.url()}'")
    make_send(here)("x", MESSAGE)
    with pytest.raises(BroadsheetError):
        here.follow(hooks.url("/feed"))
    assert "/feed" not in hooks.paths


def test_a_server_that_is_away(make: Open) -> None:
    with listening(Hooks()) as hooks:
        pass
    with pytest.raises(EngineError, match=r"127\.0\.0\.1: the server takes no connections"):
        make_send(make(f"[channels.x]\nwebhook = '{hooks.url('/s3cret')}'"))("x", MESSAGE)


# -- commands ----------------------------------------------------------------------------------------------------------


def test_a_command_reads_the_message_as_json(make: Open, tmp_path: Path) -> None:
    script = "import json,sys; json.dump(json.load(sys.stdin), open(sys.argv[1], 'w'))"
    here = make(f"[channels.x]\ncommand = {json.dumps([sys.executable, '-c', script, str(tmp_path / 'got; $HOME')])}")
    make_send(here)("x", MESSAGE)
    assert json.loads((tmp_path / "got; $HOME").read_text())["lines"] == ["one {x}", "two"]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["/no/such/program"], r"program: cannot be started \(No such file or directory\)"),
        (["sh", "-c", "echo first >&2; echo 'no bell' >&2; exit 3"], "sh: ended with status 3: no bell"),
        (["false"], "false: ended with status 1$"),
    ],
)
def test_a_command_that_fails_says_why(make: Open, command: list[str], words: str) -> None:
    with pytest.raises(EngineError, match=words):
        make_send(make(f"[channels.x]\ncommand = {json.dumps(command)}"))("x", MESSAGE)


def test_a_command_that_hangs_is_killed_with_all_it_started(
    make: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("broadsheet.app._messages._COMMAND_S", 0.3)
    command = ["sh", "-c", f"(sleep 2; touch {tmp_path}/late) & wait"]
    with pytest.raises(EngineError, match="was killed"):
        make_send(make(f"[channels.x]\ncommand = {json.dumps(command)}"))("x", MESSAGE)
    assert not (tmp_path / "late").exists()


# -- mail --------------------------------------------------------------------------------------------------------------


def test_a_mail_is_plain_text_with_one_name_for_ever(make: Open) -> None:
    with mail_sink(Sink()) as sink:
        here = make(
            f"[mail]\nserver = '127.0.0.1'\nport = {sink.port}\nsecurity = 'none'\nsender = 'news@mirror.example'\n"
            "[channels.me]\nmail = ['a@x.example', 'b@x.example']"
        )
        sink.refused = {"a@x.example"}
        assert list(find_channels(here)) == ["me a@x.example", "me b@x.example"]
        send = make_send(here)
        with pytest.raises(EngineError, match=r"the mail to a@x\.example was not taken"):
            send("me a@x.example", MESSAGE)
        send("me b@x.example", MESSAGE)
        ((_, recipient, content),) = sink.mails
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert recipient == "b@x.example" and mail["To"] == "b@x.example"
    assert mail["Subject"] == MESSAGE.subject and mail["Message-ID"] == "<trouble-1@mirror.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().split() == ["one", "{x}", "two", "https://news.example/h"]
    assert mail_of(MESSAGE, "news@mirror.example", "b@x.example") == mail_of(
        MESSAGE, "news@mirror.example", "b@x.example"
    )


# -- pings -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "start", "fail"),
    [
        ("", "/p/uuid/start?k=1", "/p/uuid/fail?k=1"),
        ("ping_start = ''", "", "/p/uuid/fail?k=1"),
        ("ping_fail = '{}/down'", "/p/uuid/start?k=1", "/down"),
    ],
)
def test_pings_go_where_a_dead_mans_switch_waits(make: Open, hooks: Hooks, more: str, start: str, fail: str) -> None:
    here = make(f"[channels.x]\nping = '{hooks.url('/p/uuid?k=1')}'\n{more.format(hooks.url('').rstrip('/'))}")
    for event in ("start", "success", "fail"):
        assert Pings(here).send(event) == []
    assert hooks.paths == [one for one in (start, "/p/uuid?k=1", fail) if one]
    assert {call.method for call in hooks.calls} == {"GET"}
    assert not find_channels(here), "a ping takes no messages"


def test_a_ping_that_fails_is_tried_twice_and_told_of(
    make: Open, hooks: Hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broadsheet.app._messages._AGAIN_S", 0.0)
    hooks.status = 503
    here = make(f"[channels.x]\nping = '{hooks.url('/s3cret')}'")
    (told,) = Pings(here).send("success")
    assert re.fullmatch(r"channel x: 127\.0\.0\.1: .* status 503", told) and len(hooks.calls) == 2


def test_every_channel_can_be_tried(make: Open, hooks: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broadsheet.app._messages._AGAIN_S", 0.0)
    here = make(
        f"[channels.a]\nwebhook = '{hooks.url()}'\n[channels.b]\ncommand = ['false']\n"
        f"[channels.c]\nping = '{hooks.url()}'"
    )
    done = {one.target: one.reason for one in Alerts(here).test()}
    assert done == {"a": "", "b": "false: ended with status 1", "c": ""}
    assert hooks.calls[0].told["kind"] == "test" and [call.method for call in hooks.calls] == ["POST", "GET"]
    with pytest.raises(SettingsError, match="no channel is set"):
        Alerts(make("")).test()
