"""Engines as set, for an archive or for single pages without one."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from broadsheet import __version__
from broadsheet.adapters.clock import utc_now
from broadsheet.adapters.files import FileStore
from broadsheet.adapters.http import FetchSettings, HttpFetcher
from broadsheet.adapters.sandbox import Limits, SupervisedWorkshop
from broadsheet.addresses.networks import DIRECT, PROXY_SOURCES, Proxy, parse_proxy
from broadsheet.app._config import CONFIG, read_settings
from broadsheet.errors import SettingsError
from broadsheet.extract.jobs import CHECK_JOB, EXTRACT_JOB
from broadsheet.services.ingest.recipe_book import read_recipes
from broadsheet.services.ingest.robots import RobotsBook
from broadsheet.services.preview import Desk
from broadsheet.settings import Settings


@contextlib.contextmanager
def open_desk(root: Path) -> Iterator[Desk]:
    """What single pages are read with, set as the archive at ``root`` or above it is, else as every new one."""
    settings = Settings()
    for folder in (root.absolute(), *root.absolute().parents):
        if (folder / CONFIG).is_file():
            settings = read_settings(folder / CONFIG)
            break
    with contextlib.ExitStack() as stack:
        workshop = stack.enter_context(
            contextlib.closing(SupervisedWorkshop([EXTRACT_JOB, CHECK_JOB], Limits(children=1)))
        )
        yield Desk(workshop, read_recipes(), lambda: stack.enter_context(contextlib.closing(make_fetcher(settings))))


ANONYMOUS_AGENT = "Mozilla/5.0 (compatible; FeedReader)"
"""What an anonymous archive says to servers: neither who asks nor with which program."""


def make_fetcher(settings: Settings, clock: Callable[[], datetime] = utc_now, root: Path | None = None) -> HttpFetcher:
    """The Fetcher as set; captures are dated by ``clock``. What hosts say in robots.txt is remembered in the archive at
    ``root``, if there is one."""
    fetch = settings.fetch
    contact = f" (+{fetch.contact})" if fetch.contact else ""
    proxies = {
        outlet.id: read_proxy(outlet.proxy, f"[outlets.{outlet.id}] proxy", root)
        for outlet in settings.outlets
        if outlet.proxy
    }
    return HttpFetcher(
        FetchSettings(
            user_agent=ANONYMOUS_AGENT if settings.archive.anonymous else f"Broadsheet/{__version__}{contact}",
            concurrency=fetch.concurrency,
            host_spacing_s=fetch.host_spacing_s,
            domain_spacing_s=fetch.host_spacing_s / 2,
            private_networks=fetch.private_networks,
            per_url_hosts=frozenset(settings.polling.per_url_hosts),
            total_timeout_s=fetch.timeout_s,
            max_decoded_bytes=fetch.max_feed_bytes,
            connect_to=fetch.connect_to,
            proxy=read_proxy(fetch.proxy, "[fetch] proxy", root),
            outlet_proxies=proxies,
            ignores_robots=frozenset(outlet.id for outlet in settings.outlets if outlet.robots == "ignore"),
        ),
        clock=clock,
        robots=RobotsBook(FileStore(root) if root else None),
    )


def read_proxy(stated: str, where: str, root: Path | None = None) -> Proxy | None:
    """The proxy that a setting names, read from where it says; None for none at all.

    SettingsError if it cannot be read: nothing is ever asked straight out instead. A file inside the archive at
    ``root`` is refused, since it would go wherever the archive goes.
    """
    if stated in ("", DIRECT):
        return None
    if stated.partition(":")[0] not in PROXY_SOURCES:
        return parse_proxy(stated, where)
    text, found = read_secret(stated, where, root)
    return None if text == DIRECT else parse_proxy(text, f"{where}: {found}")


def read_secret(stated: str, where: str, root: Path | None = None) -> tuple[str, str]:
    """What a setting means, read from where it says (``env:NAME``, ``file:/PATH``), and what to call that place.

    SettingsError if it cannot be read, or stands in a file inside the archive at ``root``: that would go wherever the
    archive goes.
    """
    source, _, place = stated.partition(":")
    if source not in PROXY_SOURCES:
        return stated, where
    if source == "env":
        text, found = os.environ.get(place, ""), f"the environment variable {place}"
    else:
        path = Path(place).expanduser()
        if root is not None and path.resolve().is_relative_to(root.resolve()):
            raise SettingsError(f"{where}: {path} lies inside the archive; keep it where nothing is published from")
        try:
            text, found = path.read_text("utf-8"), str(path)
        except (OSError, UnicodeDecodeError):
            raise SettingsError(f"{where}: {path} cannot be read") from None
    if not text.strip():
        raise SettingsError(f"{where}: {found} is empty or not set; it must hold what is meant")
    return text.strip(), found
