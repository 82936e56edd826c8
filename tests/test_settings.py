"""Settings: defaults, reading, and errors that say what would do."""

from __future__ import annotations

import tomllib

import pytest

from broadsheet.addresses.networks import parse_proxy
from broadsheet.errors import SettingsError
from broadsheet.model import Outlet
from broadsheet.settings import Settings, as_toml, iter_reference, parse_settings


def test_an_empty_file_means_the_defaults() -> None:
    assert parse_settings("") == Settings()


def test_every_kind_of_setting_is_read() -> None:
    settings = parse_settings(
        """
        name = "档案"
        [fetch]
        private_networks = ["10.0.0.0/8"]
        timeout_s = 5
        [lists]
        enabled = false
        timezone = "Asia/Shanghai"
        [stories]
        names = ["Kerry = 克里", "Xie Zhenhua=解振华"]
        [outlets.voa]
        name = "美国之音"
        language = "zh-Hans"
        feeds = ["https://voa.example/rss"]
        [outlets.bare]
        """
    )
    assert settings.name == "档案"
    assert settings.fetch.private_networks == ("10.0.0.0/8",)
    assert settings.fetch.timeout_s == 5.0
    assert not settings.lists.enabled
    assert settings.get_outlet("voa") == Outlet(
        "voa", "美国之音", language="zh-Hans", feeds=("https://voa.example/rss",)
    )
    assert settings.get_outlet("bare").name == "bare"
    assert settings.stories.pairs == {"Kerry": "克里", "Xie Zhenhua": "解振华"}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("name = ", "not valid TOML"),
        ("nam = 'x'", "no setting 'nam'; did you mean name"),
        ("name = 3", "name: must be a text, not 3"),
        ("[fetch]\nproxy = 'socks9://u:secret@h:1'", "begins with one of http, https, socks5, socks5h"),
        ("[fetch]\nproxy = 'http://u:secret@h'", "a proxy is a host and a port"),
        ("[fetch]\nproxy = 'http://u:secret@h:99999'", "cannot be read"),
        ("[fetch]\nproxy = 'env:'", "write it like env:BROADSHEET_PROXY"),
        ("[outlets.a]\nproxy = 'u:secret'", "begins with one of"),
        ("[outlets.a]\nrobots = 'never'", "must be obey or ignore"),
        ("[outlets.a]\nrobots = 'ignore'", "needs a robots_reason"),
        ("[outlets.a]\nrobots = 'ignore'\nrobots_reason = ' '", "needs a robots_reason"),
        ("[outlets.a]\npublish = 'all'", "publish: must be full, excerpt, headlines, no, not 'all'"),
        ("[archive]\nanonymous = true\n[fetch]\ncontact = 'me@news.example'", "contact names you to every server"),
        ("fetch = 3", r"\[fetch\] must be a table"),
        ("[fetch]\ntimeout = 3", "no setting 'timeout'; did you mean timeout_s"),
        ("[fetch]\nqqq = 3", "there are: concurrency, connect_to, contact"),
        ("[fetch]\ntimeout_s = 'long'", "timeout_s: must be a number"),
        ("[fetch]\nconcurrency = true", "concurrency: must be a whole number"),
        ("[fetch]\nconcurrency = -1", "must not be negative"),
        ("[fetch]\nprivate_networks = '10.0.0.0/8'", "must be a list of texts"),
        ("[fetch]\nconnect_to = ['*.example']", r"connect_to: '\*.example' does not say where to connect to"),
        ("[lists]\ntimezone = 'Mars/Base'", "not a zone such as Asia/Shanghai"),
        ("[lists]\nper_page = 3", "at least 20"),
        ("[stories]\nnames = ['Kerry']", r"names: write each like \"Kerry = 克里\", not 'Kerry'"),
        ("[stories]\nnames = ['= 克里']", "names: write each like"),
        ("[polling]\nmin_interval_s = 90000", "larger than max_interval_s"),
        ("outlets = 3", "outlets must be tables"),
        ("[outlets]\nvoa = 3", "must be a table"),
        ("[outlets.VOA]", "cannot name an outlet"),
        ("[outlets.'../x']", "cannot name an outlet"),
        ("[outlets.voa]\nfeed = 'x'", "no setting 'feed'; did you mean feeds"),
        ("[outlets.voa]\nfeeds = ['ftp://x/y']", "not an http or https address"),
        ("[outlets.a]\nfeeds=['http://x/y']\n[outlets.b]\nfeeds=['http://x/y']", "a feed of both a and b"),
    ],
)
def test_a_wrong_setting_is_named_with_what_would_do(text: str, complaint: str) -> None:
    with pytest.raises(SettingsError, match=complaint) as caught:
        parse_settings(text, where="my.toml")
    assert str(caught.value).startswith("my.toml")


def test_an_unknown_outlet_is_told_which_there_are() -> None:
    with pytest.raises(SettingsError, match="there are: voa"):
        parse_settings("[outlets.voa]").get_outlet("vao")


def test_every_setting_has_a_default_that_reads_back_and_a_help_text() -> None:
    lines: dict[str, list[str]] = {}
    for section, name, default, help_text in iter_reference():
        assert help_text
        lines.setdefault(section, []).append(f"{name} = {default}")
    text = "\n".join(f"[{section}]\n" * bool(section) + "\n".join(rows) for section, rows in lines.items())
    assert parse_settings(text) == Settings()


@pytest.mark.parametrize("value", ['quo"te', "back\\slash", True, 3, 2.5, ("a", "b")])
def test_values_are_spelled_as_toml(value: object) -> None:
    read = tomllib.loads(f"x = {as_toml(value)}")["x"]
    assert (tuple(read) if isinstance(read, list) else read) == value


def test_the_credentials_of_a_proxy_stand_in_no_text() -> None:
    settings = parse_settings(
        """
        [fetch]
        proxy = "socks5h://me:hidden%40word@127.0.0.1:1080"
        [outlets.a]
        proxy = "http://me:hidden%40word@proxy.example:3128"
        """
    )
    proxy = parse_proxy(settings.fetch.proxy)
    assert (proxy.user, proxy.password, proxy.resolves_names) == ("me", "hidden@word", True)
    assert str(proxy) == "socks5h://127.0.0.1:1080"
    assert "hidden" not in f"{settings!r} {proxy!r} {proxy}"
    for wrong in (
        "ftp://me:hidden@h:1",
        "http://me:hidden@h",
        "http://me:hidden@h:x",
        "http://:hidden@h:1",
        "http://me:hidden@[::1",
    ):
        with pytest.raises(SettingsError) as caught:
            parse_settings(f'[fetch]\nproxy = "{wrong}"')
        assert "hidden" not in str(caught.value)
