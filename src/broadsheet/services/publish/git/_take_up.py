"""Takes a mirror up on a new machine: everything that it holds, each byte checked as when it was kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from broadsheet.errors import NotFoundError
from broadsheet.formats.published import PUBLISHED, Published, format_published
from broadsheet.services.archive import Archive
from broadsheet.services.publish.git._git import BRANCH, Git, GitError
from broadsheet.services.publish.git._rejoin import take_in
from broadsheet.services.publish.git._remotes import Access, Remote, count_hosts, explain, fetch
from broadsheet.services.publish.git._selection import ATTRIBUTES, RIGHTS
from broadsheet.services.publish.git._theirs import compare, read_copy


@dataclass
class Cloned:
    """A mirror taken up: what it says it leaves out, how many ledger lines came, which years could not be had."""

    published: Published
    lines: int = 0
    complaints: list[str] = field(default_factory=list)


def take_up(
    archive: Archive,
    git: Git,
    url: str,
    access: Access,
    state: Path,
    *,
    years: bool,
    shallow: bool,
    watch: Callable[[str], None],
) -> Cloned:
    """Fill an empty archive from the mirror at ``url``. NotFoundError if there is none; FixityError if what it holds
    does not hold together. ``years`` brings years that stand in repositories of their own, ``shallow`` no history."""
    remote = Remote(url)
    with git.locked(state / "publish.lock"):
        git.make()
        watch(f"fetching {remote.shown}")
        try:
            commit = fetch(git, remote, access, count_hosts((url,)), shallow=shallow)
        except GitError as error:
            raise NotFoundError(f"{remote.shown}: {explain(error)}") from None
        if commit is None:
            raise NotFoundError(f"{remote.shown}: is empty, there is no mirror in it yet")
        copy = read_copy(git, commit)
        cloned = Cloned(copy.published)
        tips = _fetch_years(git, copy.published, access, cloned, watch, shallow) if years else []
        copy = read_copy(git, commit, tips)
        cloned.published = copy.published
        watch("checking and writing")
        cloned.lines = take_in(archive, git, compare(archive, git, copy, None))
        taken = [path for path in copy.tree if path.startswith("lists/") or path in ("README.md", RIGHTS, ATTRIBUTES)]
        for path, content in zip(taken, git.iter_blobs([copy.tree[path].oid for path in taken]), strict=True):
            archive.store.replace(path, content)
        archive.store.replace(PUBLISHED, format_published(copy.published))
        git.set_reference(BRANCH, commit)
    return cloned


def _fetch_years(
    git: Git, published: Published, access: Access, cloned: Cloned, watch: Callable[[str], None], shallow: bool
) -> list[str]:
    tips = []
    for year, places in published.years_left_out.items():
        tip, reasons = None, []
        for place in places:
            watch(f"fetching {year} from {place}")
            remote = Remote(place, f"refs/heads/year-{year}")
            try:
                tip = fetch(git, remote, access, count_hosts(places), shallow=shallow)
            except GitError as error:
                reasons.append(f"{remote.shown}: {explain(error)}")
            if tip is not None:
                git.set_reference(remote.branch, tip)
                tips.append(tip)
                break
        if tip is None:
            cloned.complaints.append(f"{year} is left out: {'; '.join(reasons) or 'no place is known for it'}")
    return tips
