"""A static site made of an archive: the folder, its log, and processes that share the work."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from broadsheet.adapters.files import only_writer
from broadsheet.adapters.pool import follow_parent
from broadsheet.adapters.site_folder import SiteFolder
from broadsheet.adapters.sqlite.site import SiteLog
from broadsheet.app._broadsheet import Broadsheet
from broadsheet.app._config import STATE
from broadsheet.app._vigil import look_out
from broadsheet.errors import SettingsError
from broadsheet.model import HoldingQuery
from broadsheet.policy.rights import Rights
from broadsheet.render.assets import code_digest
from broadsheet.render.words import LANGUAGES, find_language
from broadsheet.services.pages import Sources
from broadsheet.services.publish.site import MARKER, SiteAccount, SitePublisher, check_target
from broadsheet.services.publish.site_forecast import Forecast, forecast
from broadsheet.services.publish.site_plan import find_now, fingerprint
from broadsheet.services.publish.site_view import released
from broadsheet.services.publish.site_worker import Made, SiteRules, SiteWorker, Work
from broadsheet.settings import Settings

_AHEAD = 3
"""Bundles of work that wait for each process: enough to keep it busy, few enough to keep memory flat."""
_SOON_DONE = 12
"""Bundles of work that this process does itself before others are started: what an hour brings."""
Watch = Callable[[str, int, int | None], None]


def make_sources(here: Broadsheet) -> Sources:
    """What pages of ``here`` are made from now."""
    return Sources(
        archive=here.archive,
        index=here.index,
        stories=here.groups,
        settings=here.settings,
        search=here.search,
        find_answering=here.find_answering,
        months=tuple(here.index.iter_months()),
        modified=here.index.find_changed(),
        now=here.clock(),
        health=here.iter_health,
        outlook=lambda: look_out(here),
    )


def site_rules(
    here: Broadsheet, *, language: str = "", days: int | None = None, has_twins: bool = True, base_url: str = ""
) -> SiteRules:
    """How the site of an archive is to look; SettingsError for what cannot be.

    Without ``language`` that of the reader as set, else that of the first outlet which says one, else English.
    """
    settings = here.settings
    language = choose_language(settings, language)
    if base_url and not base_url.startswith(("https://", "http://")):
        raise SettingsError(f"--base-url: must be an address such as https://news.example/mirror, not {base_url!r}")
    zone = settings.reader.timezone or settings.lists.timezone
    now = find_now(here.archive, Rights.of(settings.outlets))
    if now is None:
        raise SettingsError(
            "there is no article here that may be published, to make a site of; begin with: broadsheet run"
        )
    begin = _begin(_newest_day(here, now), zone, days) if days is not None else None
    return SiteRules(language, zone, now, begin, has_twins, base_url.rstrip("/"))


def choose_language(settings: Settings, asked: str = "") -> str:
    """The interface language of what is published: as asked, as the reader's is set, as the first outlet's, English."""
    told = (find_language(outlet.language) for outlet in settings.outlets if outlet.language)
    language = asked or settings.reader.language or next(filter(None, told), "en")
    if language not in LANGUAGES:
        raise SettingsError(f"--language: must be one of {', '.join(LANGUAGES)}, not {language!r}")
    return language


def _newest_day(here: Broadsheet, now: datetime) -> datetime:
    """When the newest article was published that may be shown, of those not dated after ``now``.

    Days are counted from it, so that a mirror that has fallen silent, or took over old texts today, is not empty.
    """
    index = released(make_sources(here)).index
    newest = next(iter(index.iter_holdings(HoldingQuery(before=now, limit=1))), None)
    return newest.published if newest else now


def _begin(newest: datetime, zone: str, days: int) -> datetime:
    day = newest.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=days - 1)


def publish_site(
    root: Path, target: Path, rules: SiteRules, *, force: bool = False, workers: int | None = None, watch: Watch
) -> SiteAccount:
    """Bring the site in ``target`` in step with the archive at ``root``, whose indexes are in step already."""
    check_target(root, target, force=force)
    own = root / STATE / "sites" / sha256(os.fsencode(target.absolute())).hexdigest()[:16]
    with only_writer(own), Broadsheet.open(root, read_only=True) as here, closing(SiteLog(own / "log.sqlite")) as log:
        if not (target / MARKER).exists():  # another folder of the same name: nothing of it is known
            log.put_note("whole", "no")
        stamp = fingerprint(code_digest(), repr(here.settings)).hex()
        sources, folder = make_sources(here), SiteFolder(target)
        helpers = _Processes(lambda: SiteWorker(sources, rules, folder), (root, target, rules), workers)
        with helpers as spread:
            return SitePublisher(sources, rules, folder, log, stamp, own / "scratch", spread, watch).publish()


def forecast_site(root: Path, rules: SiteRules) -> Forecast:
    """How many files and bytes a site would have, from some of its articles."""
    with Broadsheet.open(root, read_only=True) as here:
        sources = make_sources(here)
        return forecast(SiteWorker(sources, rules, SiteFolder(root)))


def free_bytes(target: Path) -> int:
    """How much room there is on the disk of ``target``."""
    return SiteFolder(target).free_bytes()


class _Processes:
    """Makes pages: a few in this process, many in ``count`` others (one for each core), which take time to start."""

    def __init__(
        self, make_worker: Callable[[], SiteWorker], given: tuple[Path, Path, SiteRules], count: int | None
    ) -> None:
        self._make_worker = make_worker
        self._here: SiteWorker | None = None
        self._given = given
        self._count = count or os.cpu_count() or 1
        self._left = _SOON_DONE if self._count > 1 else sys.maxsize
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> _Processes:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def __call__(self, bundles: Iterable[Sequence[Work]]) -> Iterator[list[Made]]:
        waiting: deque[Future[list[Made]]] = deque()
        for bundle in bundles:
            if self._left > 0:
                self._left -= 1
                self._here = self._here or self._make_worker()
                yield self._here.work(bundle)
                continue
            if self._pool is None:
                server = multiprocessing.get_context("forkserver")  # what is imported is in memory once for all
                server.set_forkserver_preload([__name__])
                self._pool = ProcessPoolExecutor(self._count, server, _start, self._given)
            waiting.append(self._pool.submit(_work, bundle))
            if len(waiting) >= self._count * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


_workers: list[SiteWorker] = []


def _start(root: Path, target: Path, rules: SiteRules) -> None:
    """In a new process: open the archive for reading, once, and end when the one that asked does."""
    follow_parent()
    here = Broadsheet.open(root, read_only=True)
    _workers.append(SiteWorker(make_sources(here), rules, SiteFolder(target)))


def _work(bundle: Sequence[Work]) -> list[Made]:
    return _workers[0].work(bundle)
