"""Machines with an archive each, that keep articles and publish to common remotes."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from broadsheet import app
from broadsheet.app import Broadsheet
from broadsheet.edits import compare
from broadsheet.model import Article, Revision
from broadsheet.policy.identity import article_id
from broadsheet.services.archive import Draft
from broadsheet.services.archive.fixity import Verification
from broadsheet.services.indexes.articles import apply_additions
from broadsheet.services.ingest.keeping import text_of, text_of_document
from broadsheet.services.publish.git import Report
from broadsheet.settings import as_toml
from tests.making import NOW, make_article


def git(folder: Path, *arguments: str) -> str:
    """What ``git`` says of the repository at ``folder``."""
    done = subprocess.run(
        ["git", "-c", "safe.directory=*", *arguments], cwd=folder, capture_output=True, check=True, timeout=60
    )
    return done.stdout.decode().strip()


def bare(path: Path, branch: str = "main") -> Path:
    """An empty repository, as one makes it on a host."""
    path.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["git", "init", "-q", "--bare", "-b", branch, str(path)], check=True)
    return path


class Machine:
    """One archive on one machine. ``now`` goes on by a minute with every article it keeps."""

    def __init__(self, root: Path, *remotes: Path | str, settings: str = "", name: str = "News") -> None:
        self.root = root
        self.now = NOW
        if not (root / app.CONFIG).exists():
            app.init(root, name=name)
        text = (root / app.CONFIG).read_text("utf-8")
        if remotes or settings:
            mirror = f"[mirror]\nremotes = {as_toml(tuple(map(str, remotes)))}\n{settings}\n"
            text = text.replace("[mirror]\n", mirror, 1)
            (root / app.CONFIG).write_text(text, "utf-8")

    @contextmanager
    def open(self) -> Iterator[Broadsheet]:
        """The archive."""
        with Broadsheet.open(self.root, clock=lambda: self.now) as here:
            yield here

    def keep(self, *articles: Article, pictures: dict[str, bytes] | None = None) -> None:
        """Keep texts as a run does, each as a further revision where the article is held."""
        with self.open() as here, here.writing():
            began = self.now
            for article in articles:
                self.now += timedelta(minutes=1)
                drafts = [draft for draft in [_draft(here, article, self.now)] if draft is not None]
                if pictures:
                    kept: dict[str, str | None] = {origin: _put(here, content) for origin, content in pictures.items()}
                    drafts = [replace(draft, pictures=kept) for draft in drafts]
                apply_additions(here.archive, here.index, here.archive.keep_all(drafts))
            here.archive.close_round("run", began, self.now, {"kept": len(articles)})
            here.write_lists()

    def keep_numbers(self, *numbers: int) -> None:
        """Keep the articles with these numbers."""
        self.keep(*(make_article(number) for number in numbers))

    def publish(self, **options: object) -> Report:
        """``broadsheet publish git``."""
        self.now += timedelta(seconds=1)
        with self.open() as here:
            return here.publish_git(here.writing, here.write_lists, **options)  # type: ignore[arg-type]

    def take_down(self, number: int, why: str = "asked for") -> None:
        """Take the article with this number down."""
        self.now += timedelta(minutes=1)
        with self.open() as here, here.writing():
            here.take_down(make_article(number).url, why)

    def verify(self) -> Verification:
        """The archive, proven."""
        with self.open() as here:
            return here.verify()

    def texts(self) -> dict[str, list[str]]:
        """Every article with its revisions' headlines in order."""
        with self.open() as here:
            found: dict[str, list[str]] = {}
            for file, _ in here.archive.iter_ledger_files():
                for line in here.archive.iter_revisions(file):
                    headline = here.archive.get_document(line.path).headline
                    if headline not in found.setdefault(line.article, []):
                        found[line.article].append(headline)
            return found

    def lines(self, number: int) -> list[Revision]:
        """The ledger lines of the article with this number."""
        with self.open() as here:
            holding = here.find_holding(make_article(number).url)
            return list(here.archive.iter_article(holding.article, holding.first_path))


def _draft(here: Broadsheet, article: Article, now: datetime) -> Draft | None:
    identity = article_id(article.outlet, article.url)
    holding = here.index.find_holding(identity)
    if holding is None:
        return Draft(identity, article, now)
    if holding.is_taken_down:
        return None
    line = [*here.archive.iter_article(identity, holding.first_path)][-1]
    verdict = compare(text_of_document(here.archive.get_document(line.path), line), text_of(article))
    return Draft(identity, article, now, verdict.why, line) if verdict.why else None


def _put(here: Broadsheet, content: bytes) -> str:
    from broadsheet.formats.ledger import digest_of

    digest = digest_of(content)
    here.store.put_all([(f"pictures/{digest[:2]}/{digest}.png", content)])
    return digest


def clone(url: Path | str, folder: Path) -> Machine:
    """A second machine that takes up the mirror at ``url``."""
    app.clone(str(url), folder)
    return Machine(folder)


def checked_out(url: Path | str, folder: Path) -> Path:
    """A plain clone, as anybody makes it."""
    subprocess.run(["git", "clone", "-q", str(url), str(folder)], check=True, timeout=60)
    return folder
