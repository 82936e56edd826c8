"""The sections of ``broadsheet.toml`` as frozen values: every setting with its default and a help text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from broadsheet.errors import SettingsError
from broadsheet.model import Channel, Outlet


def _setting(default: Any, help_text: str, *, secret: bool = False) -> Any:
    return field(default=default, repr=not secret, metadata={"help": help_text})


@dataclass(frozen=True, slots=True)
class ArchiveSettings:
    """What holds for everything that is kept."""

    anonymous: bool = _setting(
        False,
        "keep nothing that tells when, where and by whom the archive is kept; holds for what is kept from then on",
    )


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How Broadsheet asks servers for bytes."""

    contact: str = _setting("", "an address or page of yours, shown to every server in User-Agent")
    private_networks: tuple[str, ...] = _setting(
        (), "networks (CIDR) or host names inside your own walls that may be fetched from; none by default"
    )
    connect_to: tuple[str, ...] = _setting(
        (),
        'hosts that are connected to elsewhere, such as ["*.example = 127.0.0.1:8640"]; addresses stay as they are, '
        "the place may be private, and no other host gains by it",
    )
    concurrency: int = _setting(32, "requests under way at once, over all hosts")
    timeout_s: float = _setting(30.0, "the longest one request may take, redirects included")
    max_feed_bytes: int = _setting(16 * 1024 * 1024, "the largest feed that is read, in bytes after decompression")
    host_spacing_s: float = _setting(2.0, "the least pause between two requests to one host")
    proxy: str = _setting(
        "",
        "the proxy that requests go through, such as socks5h://127.0.0.1:1080; env:NAME or file:/PATH: it stands there",
        secret=True,
    )
    max_bytes_a_run: int = _setting(0, "bytes that one run may bring in; the rest comes with the next one; 0: no bound")


@dataclass(frozen=True, slots=True)
class PollingSettings:
    """How often feeds are asked."""

    min_interval_s: float = _setting(300.0, "no feed is asked more often than this")
    max_interval_s: float = _setting(86_400.0, "every working feed is asked at least this often")
    full_fetch_every_s: float = _setting(
        86_400.0, "ask without conditions this often, against servers that always say 304"
    )
    per_url_hosts: tuple[str, ...] = _setting(
        (), "hosts whose limits hold per address, such as an RSSHub that fronts for many outlets"
    )


@dataclass(frozen=True, slots=True)
class ListSettings:
    """The pages of lists that are kept beside the documents."""

    enabled: bool = _setting(True, "write README.md and lists/ after every run that changed something")
    timezone: str = _setting("UTC", "the zone in which lists show dates, such as Asia/Shanghai")
    per_page: int = _setting(500, "articles on one page of a month")
    newest: int = _setting(50, "newest articles shown on the page of an outlet and in README.md")


@dataclass(frozen=True, slots=True)
class PageSettings:
    """Which pages are fetched beside the feeds, and how long what came is kept as it came."""

    full_text: str = _setting(
        "auto", "fetch an entry's page: always, never, or auto (when the feed does not hold the whole text)"
    )
    keep_days: int = _setting(0, "days that captures (WARC files of every response used) are kept; 0: for ever")
    children: int = _setting(0, "supervised processes that take articles from pages; 0: one per core")


@dataclass(frozen=True, slots=True)
class PictureSettings:
    """The pictures of articles."""

    enabled: bool = _setting(True, "fetch and keep the pictures that articles show")
    max_bytes: int = _setting(16 * 1024 * 1024, "the largest picture that is kept, in bytes")
    max_pixels: int = _setting(100_000_000, "the largest picture that is kept, in pixels")
    retry_limit: int = _setting(500, "missing pictures that are tried again in one run, at most")


@dataclass(frozen=True, slots=True)
class LookSettings:
    """How articles are looked at again, so that later edits are seen."""

    enabled: bool = _setting(True, "look at articles again in every run: their pages, when their time has come")
    rungs: tuple[str, ...] = _setting(
        ("30m", "1h", "2h", "4h", "8h", "16h", "1d", "2d", "4d", "7d", "14d", "30d"),
        "ages of an article, since it was first had, at which its page is looked at",
    )
    after_edit: tuple[str, ...] = _setting(
        ("30m", "1h", "2h", "4h", "8h", "1d"), "ages of an edit at which its article is looked at as well"
    )
    per_host_hour: int = _setting(120, "looks that one host gets in an hour, at most")
    imported: bool = _setting(False, "look at articles that were taken over from a mirror, too")
    keep_captures: bool = _setting(
        False, "keep the response of every look, not only of those that brought another text"
    )


@dataclass(frozen=True, slots=True)
class ReaderSettings:
    """The reader on the web: ``broadsheet serve``."""

    language: str = _setting("", "language of the interface: zh-Hans, zh-Hant or en; empty: as the browser asks")
    timezone: str = _setting("", "the zone in which pages show dates; empty: the zone of [lists]")


@dataclass(frozen=True, slots=True)
class StorySettings:
    """How reports of one happening find each other."""

    names: tuple[str, ...] = _setting(
        (),
        'names as two languages write them, such as ["Kerry = 克里"]: reports that share three of them are one story, '
        "whatever their languages",
    )

    @property
    def pairs(self) -> dict[str, str]:
        """``names`` as one name -> the other."""
        halves = (pair.partition("=") for pair in self.names)
        return {one.strip(): other.strip() for one, _, other in halves}


CAREFUL, ALL = "careful", "all"


@dataclass(frozen=True, slots=True)
class StatementSettings:
    """What is said about the statements of several reports: where they differ, where they agree."""

    show: str = _setting(
        CAREFUL,
        '"careful": only where both sentences surely name the same parties and the same happening; "all": the rest, '
        "too, marked as uncertain",
    )

    @property
    def is_careful(self) -> bool:
        """Whether what is not sure is left out."""
        return self.show == CAREFUL


@dataclass(frozen=True, slots=True)
class MirrorSettings:
    """The mirror in git that ``broadsheet publish git`` makes of the archive."""

    remotes: tuple[str, ...] = _setting(
        (), "repositories that are sent the mirror: paths, ssh or https addresses, without passwords"
    )
    pictures: bool = _setting(True, "publish the kept pictures along with the documents")
    max_bytes: int = _setting(
        3_000_000_000, "past this size, in bytes, the oldest years go to repositories of their own; 0: no bound"
    )
    year_remotes: tuple[str, ...] = _setting(
        (), "repositories of those years, with {year} in their address: https://git.example/me/mirror-{year}.git"
    )
    author_name: str = _setting("", "the name that commits bear; empty: the archive's")
    author_email: str = _setting("", "the address that commits bear; empty: one that leads nowhere")
    credentials_file: str = _setting(
        "", "a file outside the archive with a line for each host: https://USER:TOKEN@HOST"
    )
    ssh_key: str = _setting("", "the private key for ssh remotes, outside the archive; empty: as ssh finds it")
    timeout_s: float = _setting(3600.0, "the longest that one remote may take")
    allow_secrets: bool = _setting(
        False, "publish ledgers with old lines that name feeds with keys in them or of private networks"
    )


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The mail server that editions are handed to; its password stands in BROADSHEET_MAIL_PASSWORD alone."""

    server: str = _setting("", "the host that takes mail from you, such as smtp.example")
    port: int = _setting(0, "its port; 0: 587 with starttls, 465 with tls, 25 with none")
    security: str = _setting("starttls", "starttls, tls, or none, which is for a server on this machine")
    sender: str = _setting("", "the address that mails come from, such as news@mirror.example")
    recipients: tuple[str, ...] = _setting((), "addresses that get every edition; none of them learns of the others")
    user: str = _setting(
        "", "who signs in at the server; the password is read from the environment: BROADSHEET_MAIL_PASSWORD"
    )


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """When somebody is told that the archive is in trouble, by the channels in [channels.NAME]."""

    to: tuple[str, ...] = _setting((), "names of the channels that are told; empty: every channel")
    every: str = _setting("", "how often a run is expected, such as 1h; empty: as the latest runs came, else a day")
    feed_after: str = _setting("3d", "how long a feed must have failed; one that is gone, says its server, at once")
    outlet_after: str = _setting(
        "3d", "how long an outlet must have been silent at the least; its own habit may make it longer"
    )
    remote_after: str = _setting("6h", "how long a remote must have refused the mirror; 0s: at the first time")
    disk_free: int = _setting(1_000_000_000, "bytes that should be free on the archive's disk, at the least")
    disk_days: int = _setting(30, "days for which the disk should have room, as the archive grows")
    repeat: str = _setting("7d", "how long after it was told a trouble that lasts is told again; 0s: never")
    link: str = _setting("", "an address that messages name, such as that of your reader's health page")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set, with its default."""

    name: str = _setting("News archive", "what the archive is called on its pages")
    archive: ArchiveSettings = field(default_factory=ArchiveSettings)
    fetch: FetchSettings = field(default_factory=FetchSettings)
    polling: PollingSettings = field(default_factory=PollingSettings)
    pages: PageSettings = field(default_factory=PageSettings)
    pictures: PictureSettings = field(default_factory=PictureSettings)
    looks: LookSettings = field(default_factory=LookSettings)
    stories: StorySettings = field(default_factory=StorySettings)
    statements: StatementSettings = field(default_factory=StatementSettings)
    lists: ListSettings = field(default_factory=ListSettings)
    reader: ReaderSettings = field(default_factory=ReaderSettings)
    mirror: MirrorSettings = field(default_factory=MirrorSettings)
    mail: MailSettings = field(default_factory=MailSettings)
    alerts: AlertSettings = field(default_factory=AlertSettings, repr=False)
    channels: tuple[Channel, ...] = field(default=(), repr=False)
    """Neither of them changes what is published, which is why they are not in the ``repr``."""
    outlets: tuple[Outlet, ...] = ()

    def get_outlet(self, outlet: str) -> Outlet:
        """The outlet with the id ``outlet``; SettingsError if none is configured."""
        for one in self.outlets:
            if one.id == outlet:
                return one
        known = ", ".join(one.id for one in self.outlets) or "none yet"
        raise SettingsError(f"no outlet {outlet!r} in broadsheet.toml; there are: {known}")
