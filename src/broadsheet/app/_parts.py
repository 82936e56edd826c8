"""Engines as set, for an archive or for single pages without one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from broadsheet import __version__
from broadsheet.app._config import CONFIG, read_settings
from broadsheet.engines.http import FetchSettings, HttpFetcher, utc_now
from broadsheet.engines.supervised import Limits, SupervisedWorkshop
from broadsheet.extract.jobs import CHECK_JOB, EXTRACT_JOB
from broadsheet.onepage import Desk
from broadsheet.recipebook import read_recipes
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


def make_fetcher(settings: Settings, clock: Callable[[], datetime] = utc_now) -> HttpFetcher:
    """The Fetcher as set; captures are dated by ``clock``."""
    fetch = settings.fetch
    contact = f" (+{fetch.contact})" if fetch.contact else ""
    return HttpFetcher(
        FetchSettings(
            user_agent=f"Broadsheet/{__version__}{contact}",
            concurrency=fetch.concurrency,
            host_spacing_s=fetch.host_spacing_s,
            domain_spacing_s=fetch.host_spacing_s / 2,
            private_networks=fetch.private_networks,
            per_url_hosts=frozenset(settings.polling.per_url_hosts),
            total_timeout_s=fetch.timeout_s,
            max_decoded_bytes=fetch.max_feed_bytes,
            connect_to=fetch.connect_to,
        ),
        clock=clock,
    )
