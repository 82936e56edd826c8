"""An archive's mirror in git: published as set, and taken up on a new machine."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from broadsheet.adapters.files import FileStore
from broadsheet.addresses.networks import told_address
from broadsheet.app._config import CONFIG, MIRROR, STATE, add_outlets, first_config, init
from broadsheet.app._engines import Engines
from broadsheet.errors import EngineError, NotFoundError, SettingsError
from broadsheet.formats.published import Published
from broadsheet.services.archive import Archive
from broadsheet.settings import Settings, as_toml

if TYPE_CHECKING:
    from broadsheet.services.publish.git import (
        Access,
        Cloned,
        Git,
        Order,
        Report,
    )

_NEUTRAL = ("Broadsheet", "broadsheet@localhost.invalid")


class Mirroring(Engines):
    """The mirror is published."""

    @property
    def git(self) -> Git:
        """The archive's repository."""
        from broadsheet.services.publish.git import Git

        return Git(self.root / MIRROR)

    def publish_git(
        self,
        writing: Callable[[], AbstractContextManager[None]],
        write_lists: Callable[[], object],
        *,
        remotes: Sequence[str] = (),
        bundle: Path | None = None,
        allow_secrets: bool = False,
        watch: Callable[[str], None] = lambda _: None,
    ) -> Report:
        """Commit what is new and send it to every remote; see ``publishing.git``."""
        from broadsheet.services.publish.git import Publisher, Work

        if not self.state.is_writable:
            raise EngineError(f"{self.root}: may not be written to, so its mirror cannot be published from here")
        order = order_of(self, remotes)
        work = Work(
            archive=self.archive,
            index=lambda: self.index,
            git=self.git,
            state=self.root / STATE,
            order=replace(order, allow_secrets=allow_secrets or order.allow_secrets),
            clock=self.clock,
            writing=writing,
            refresh=write_lists,
            forget=self._forget,
            watch=watch,
        )
        from broadsheet.app._vigil import note_outcomes

        report = Publisher(work).publish(bundle)
        own = find_remotes(self, (sent.remote for sent in report.sent))
        note_outcomes(self, ((sent.remote, sent.reason) for sent in report.sent if sent.remote in own))
        return report

    def finish_rejoining(self) -> None:
        """Keep again what a publishing that was stopped had put aside, inside ``writing``."""
        from broadsheet.services.publish.git import finish_rejoining

        finish_rejoining(self.archive, lambda: self.index, self.git, self.clock, self._forget, Counter())

    def _forget(self) -> None:
        """Empty everything that is derived from the ledger; it is filled again when it is next brought in step."""
        self.index.wipe()
        self.search_index.renew(lambda fresh: None)
        self.group_index.wipe()
        self.looks.wipe()


def order_of(here: Engines, remotes: Sequence[str] = ()) -> Order:
    """What is to be published, as set; SettingsError for what cannot be."""
    from broadsheet.services.publish.git import Order, check_remote

    mirror = here.settings.mirror
    for url in (*mirror.remotes, *remotes):
        check_remote(url, "[mirror] remotes")
    for url in mirror.year_remotes:
        check_remote(url, "[mirror] year_remotes")
        if "{year}" not in url:
            raise SettingsError(f"[mirror] year_remotes: {url!r} must hold {{year}}, one repository for each year")
    published = _published(here.settings)
    name = mirror.author_name or here.settings.name
    is_anonymous = here.settings.archive.anonymous
    own = (name, mirror.author_email or _NEUTRAL[1])
    return Order(
        published=published,
        remotes=tuple(dict.fromkeys(_absolute(url, here.root) for url in (*mirror.remotes, *remotes))),
        year_remotes=tuple(_absolute(url, here.root) for url in mirror.year_remotes),
        max_bytes=mirror.max_bytes,
        name=_NEUTRAL[0] if is_anonymous else own[0],
        email=_NEUTRAL[1] if is_anonymous else own[1],
        by_the_day=is_anonymous,
        allow_secrets=mirror.allow_secrets,
        private_names=here.settings.fetch.private_networks,
        access=access_of(here.settings, here.root),
    )


def find_remotes(here: Engines, named: Iterable[str]) -> tuple[str, ...]:
    """The remotes that are set, as they are shown; of years' own repositories those that are ``named``.

    SettingsError for what cannot be one.
    """
    from broadsheet.services.publish.git import Remote

    order = order_of(here)
    years = [re.escape(Remote(url).shown).replace(re.escape("{year}"), r"\d{4}") for url in order.year_remotes]
    of_years = [name for name in named if any(re.fullmatch(year, name) for year in years)]
    return tuple(dict.fromkeys((*(Remote(url).shown for url in order.remotes), *of_years)))


def access_of(settings: Settings, root: Path) -> Access:
    """How remotes are reached, as set."""
    from broadsheet.services.publish.git import Access, find_credentials

    mirror = settings.mirror
    return Access(
        find_credentials(mirror.credentials_file, root), find_credentials(mirror.ssh_key, root), mirror.timeout_s
    )


def _absolute(url: str, root: Path) -> str:
    """A path as git finds it from anywhere; other addresses as they are."""
    if "://" in url or (":" in url and not Path(url).exists() and "/" not in url.partition(":")[0]):
        return url
    path = Path(url).expanduser()
    return str(path if path.is_absolute() else root / path)


def _published(settings: Settings) -> Published:
    from broadsheet.policy.rights import Rights

    left = Rights.of(settings.outlets).left_out()
    names = settings.fetch.private_networks
    told = tuple(
        replace(outlet, feeds=tuple(url for url in outlet.feeds if told_address(url, names) == url))
        for outlet in settings.outlets
        if left.get(outlet.id) != "everything"
    )
    return Published(
        name=settings.name,
        pictures_left_out=not settings.mirror.pictures,
        outlets_left_out=left,
        outlets=told,
    )


def clone(
    url: str,
    folder: Path,
    *,
    years: bool = True,
    shallow: bool = False,
    settings: Settings | None = None,
    watch: Callable[[str], None] = lambda _: None,
) -> Cloned:
    """Take a mirror up as an archive in ``folder``: everything that it holds, checked, and a configuration.

    Done again it goes on where it was stopped. SettingsError if ``folder`` holds something else.
    """
    from broadsheet.services.publish.git import Git, check_remote, take_up

    check_remote(url, "the mirror's address")
    settings = settings or Settings()
    url = url if "://" in url or not Path(url).exists() else str(Path(url).absolute())
    if (folder / CONFIG).exists():
        raise SettingsError(
            f"{folder}: is an archive already; to bring what its mirror has more: broadsheet publish git"
        )
    if folder.exists() and any(folder.iterdir()) and not (folder / MIRROR).is_dir():
        raise SettingsError(f"{folder}: is not empty; name a folder that is not there yet")
    existed = folder.exists()
    store = FileStore(folder)
    try:
        cloned = take_up(
            Archive(store), Git(folder / MIRROR), url, access_of(settings, folder), folder / STATE,
            years=years, shallow=shallow, watch=watch,
        )  # fmt: skip
    except NotFoundError:
        if not existed:
            _remove_empty(folder)
        raise
    store.replace(CONFIG, _config_of(cloned.published, url).encode())
    return cloned


def _config_of(published: Published, url: str) -> str:
    """``broadsheet.toml`` of an archive that goes on with a mirror."""
    text = first_config(published.name)
    remotes = () if Path(url).is_file() else (url,)  # nothing can be sent to a bundle
    mirror = f"[mirror]\nremotes = {as_toml(remotes)}\n"
    if published.pictures_left_out:
        mirror += "pictures = false\n"
    text = text.replace("[mirror]\n", mirror, 1)
    return add_outlets(text, published.outlets)


def init_mirror(folder: Path, *, name: str | None, remotes: Sequence[str]) -> None:
    """Make a folder into an archive that is published: configuration, notes on rights, attributes for git.

    SettingsError if it is one already, or for a remote that is none; then nothing is written.
    """
    from broadsheet.services.publish.git import ATTRIBUTES, FIRST_ATTRIBUTES, RIGHTS, check_remote

    for url in remotes:
        check_remote(url, "--remote")
    path = init(folder, name=name)
    store = FileStore(folder)
    if remotes:
        text = path.read_text("utf-8").replace("[mirror]\n", f"[mirror]\nremotes = {as_toml(tuple(remotes))}\n", 1)
        store.replace(CONFIG, text.encode())
    rights = files("broadsheet.services.publish").joinpath("rights.md").read_text("utf-8")
    for key, content in ((ATTRIBUTES, FIRST_ATTRIBUTES), (RIGHTS, rights.encode())):
        if not (folder / key).exists():
            store.replace(key, content)


def _remove_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        for path in sorted(folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        folder.rmdir()
