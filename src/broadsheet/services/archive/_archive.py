"""Keeps documents and ledgers: the only hand that writes truth."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import UTC, date, datetime

from broadsheet.errors import FixityError, FormatError, NotFoundError
from broadsheet.formats.document import format_document, iter_kept_pictures, parse_document, plain, plain_document
from broadsheet.formats.ledger import (
    ROUND_FORMAT,
    Head,
    chain,
    digest_of,
    format_instant,
    format_round,
    later_path,
    ledger_file,
)
from broadsheet.model import Document, LineKind, Revision
from broadsheet.policy.anonymity import anonymous_line, day_of
from broadsheet.policy.removal import speaks_of
from broadsheet.ports import Store
from broadsheet.services.archive._kept import (
    EXPIRE,
    Addition,
    Draft,
    Kept,
    document_of,
    format_of,
    is_vanished,
    known_pictures,
    newest_of,
    revision_of,
    tombstone_of,
)
from broadsheet.services.archive._places import find_kept
from broadsheet.services.archive._reading import Reading

_BATCH = 512
"""Documents of another copy that are made durable together."""


class Archive(Reading):
    """The documents, ledgers and captures of one folder, through a Store.

    ``anonymous``: what is written tells nothing of when, where and by whom; see ``policy.anonymity``.
    """

    def __init__(self, store: Store, *, anonymous: bool = False) -> None:
        super().__init__(store, anonymous=anonymous)
        self._anonymous = anonymous
        self._touched: set[str] = set()

    # -- keeping ---------------------------------------------------------------------------------------------

    def keep_all(self, drafts: Iterable[Draft]) -> list[Addition]:
        """Write the drafts as documents and ledger lines, durable when this returns.

        Several drafts of one article in one call become its revisions in their order. FixityError if a document's
        place is taken by bytes that are not an earlier attempt at the same article; then nothing was written.
        """
        drafts = list(drafts)
        planned = self._plan_all(drafts)
        texts = {plain(document.body): draft.text for draft, (_, document, _) in zip(drafts, planned, strict=True)}
        if not planned:
            return []
        try:
            self.store.put_all((revision.path, content) for revision, _, content in planned)
        except FixityError:
            planned = self._adopt_all(planned)
            self.store.put_all((revision.path, content) for revision, _, content in planned)
        return self._append_all([(revision, plain_document(document)) for revision, document, _ in planned], texts)

    def _plan_all(self, drafts: Iterable[Draft]) -> list[tuple[Revision, Document, bytes]]:
        latest: dict[str, Revision] = {}
        planned = []
        for draft in drafts:
            previous = draft.previous if draft.is_again else latest.get(draft.article_id, draft.previous)
            revision = revision_of(draft, previous)
            document = document_of(draft, revision.path, self._find_kept(draft))
            content = format_document(document)
            revision = replace(revision, sha256=digest_of(content), format=format_of(document))
            latest[draft.article_id] = revision
            planned.append((revision, document, content))
        return planned

    def _find_kept(self, draft: Draft) -> dict[str, str]:
        """Origin -> key of the pictures of a draft that stand in the archive already."""
        if draft.document is not None:
            return {}
        keys = {origin: find_kept(self.store, digest) for origin, digest in draft.pictures.items() if digest}
        return {origin: key for origin, key in keys.items() if key}

    def _adopt_all(self, planned: list[tuple[Revision, Document, bytes]]) -> list[tuple[Revision, Document, bytes]]:
        """Where an earlier attempt left a document without a ledger line, that text becomes a revision of its own."""
        adopted: list[tuple[Revision, Document, bytes]] = []
        shift: dict[str, int] = {}
        for revision, document, content in planned:
            if revision.kind is LineKind.REEXTRACTED:
                adopted.append((self._beside_orphans(revision, content), document, content))
                continue
            number = revision.revision + shift.get(revision.article, 0)
            while (orphan := self._find_orphan(later_path(revision.path, number), revision, content)) is not None:
                path = later_path(revision.path, number)
                there = parse_document(orphan)
                if plain_document(there) == plain_document(document):  # the same text, with other pictures at hand
                    document, content = there, orphan
                    revision = replace(revision, sha256=digest_of(orphan), format=format_of(there))
                    revision = replace(revision, pictures={**revision.pictures, **_shown(there)})
                    break
                stated = replace(
                    revision,
                    revision=number,
                    path=path,
                    sha256=digest_of(orphan),
                    url=there.url,
                    listed=plain_document(there).listed,
                    why=("first",) if number == 1 else ("recovered",),
                    extractor="recovered",
                    format=format_of(there),
                    pictures=_shown(there),
                )
                adopted.append((stated, there, orphan))
                number += 1
                shift[revision.article] = shift.get(revision.article, 0) + 1
            path = later_path(revision.path, number)
            if number != revision.revision:  # of the text before it nobody knows when it was last seen
                revision = replace(revision, why=("recovered",), unchanged_until=None)
            adopted.append((replace(revision, revision=number, path=path), document, content))
        return adopted

    def _beside_orphans(self, revision: Revision, content: bytes) -> Revision:
        """The line of a text extracted again. An earlier attempt's document that no line names gives way: what it
        holds can be taken from its capture at any time."""
        if (there := self._find_orphan(revision.path, revision, content)) is not None and there != content:
            self.store.replace(revision.path, content)
        return revision

    def _find_orphan(self, path: str, revision: Revision, content: bytes) -> bytes | None:
        """Bytes at ``path`` that an unfinished attempt at this article left; FixityError if they are foreign."""
        try:
            there = self.store.get(path)
        except NotFoundError:
            return None
        if there == content:
            return None
        known = {line.path for line in self.iter_revisions(ledger_file(path))}
        try:
            is_ours = path not in known and parse_document(there).url in (revision.url, revision.canonical_url)
        except FormatError:
            is_ours = False
        if not is_ours:
            raise FixityError(
                f"{path}: holds other bytes than the ledger can explain, so {revision.url} was not kept; "
                "run broadsheet verify and move the file away if it does not belong there"
            )
        return there

    def _append_all(
        self, planned: Iterable[tuple[Revision, Document]], texts: Mapping[str, str | None] | None = None
    ) -> list[Addition]:
        """Ledger lines for documents (as they are read) that are durable, in their order, all made durable together.

        ``texts`` maps a body to its text where that is known.
        """
        texts = texts or {}
        by_file: dict[str, list[tuple[Revision, Document]]] = {}
        for revision, document in planned:
            revision = anonymous_line(revision) if self._anonymous else revision
            by_file.setdefault(ledger_file(revision.path), []).append((revision, document))
        additions, contents = [], []
        for file, group in by_file.items():
            before = self.get_head(file)
            linked, content, after = chain([revision for revision, _ in group], before)
            kept = tuple(
                Kept(revision, document, texts.get(document.body))
                for revision, (_, document) in zip(linked, group, strict=True)
            )
            additions.append(Addition(file, before, after, kept))
            contents.append((file, content, before.size))
        self.store.append_all(contents)
        for addition in additions:
            self._heads[addition.file] = addition.after
            self._touched.add(addition.file)
        return additions

    def add_pictures(
        self, article_id: str, path: str, pictures: Mapping[str, str], now: datetime, *, reason: str | None = None
    ) -> list[Addition]:
        """State in the ledger that pictures (origin -> digest) of a kept article are in the archive since ``now``.

        The pictures themselves must have been put before. The line speaks of the newest revision, whose number, path
        and digest it repeats, and names all pictures known of the article so far. ``path`` is the article's first
        document; ``reason`` says what is odd about the pictures. Nothing is written if nothing is new, or if the
        article was taken down. NotFoundError if the ledger has no such article.
        """
        lines = list(self.iter_article(article_id, path))
        if not lines:
            raise NotFoundError(f"{article_id}: the ledger has no such article")
        newest = newest_of(lines)
        is_known = all(newest.pictures.get(origin) == digest for origin, digest in pictures.items())
        if is_known or any(line.kind is LineKind.TAKE_DOWN for line in lines):
            return []
        everything = {**known_pictures(lines), **pictures}
        stated = replace(
            newest, captured=now, why=(LineKind.PICTURES.value,), pictures=everything, reason=reason, prev=""
        )
        return self._append_all([(stated, self.get_document(newest.path))])

    def note_page(
        self,
        article_id: str,
        path: str,
        event: LineKind,
        now: datetime,
        *,
        since: datetime | None,
        reason: str | None = None,
    ) -> list[Addition]:
        """State in the ledger that an article's page has vanished or is back (``event``), as was found ``now``.

        The line repeats the newest revision. ``since`` is when the page was last found otherwise, ``reason`` what was
        answered; ``path`` is the article's first document. Nothing is written if the ledger says so already, or if the
        article was taken down. NotFoundError if the ledger has no such article.
        """
        lines = list(self.iter_article(article_id, path))
        if not lines:
            raise NotFoundError(f"{article_id}: the ledger has no such article")
        if is_vanished(lines) == (event is LineKind.VANISHED) or any(line.kind is LineKind.TAKE_DOWN for line in lines):
            return []
        newest = newest_of(lines)
        stated = replace(newest, captured=now, why=(event.value,), unchanged_until=since, reason=reason, prev="")
        return self._append_all([(stated, self.get_document(newest.path))])

    # -- two machines on one mirror ---------------------------------------------------------------------------

    def take_documents(self, documents: Iterable[tuple[str, bytes]]) -> None:
        """Documents and pictures of another copy of this archive, as its ledger states them.

        What stands in their place gives way: a tombstone follows a text, and a text that only this machine has was
        put aside by the caller.
        """
        fresh: list[tuple[str, bytes]] = []
        for path, content in documents:
            try:
                if self.store.get(path) != content:
                    self.store.replace(path, content)
                continue
            except NotFoundError:
                fresh.append((path, content))
            if len(fresh) >= _BATCH:
                self.store.put_all(fresh)
                fresh.clear()
        self.store.put_all(fresh)

    def take_ledger(self, file: str, content: bytes) -> None:
        """The whole lines of a ledger file as another copy of this archive has them; ours that it lacks give way."""
        here = b""
        with contextlib.suppress(NotFoundError):
            here = self.store.get(file)
        whole = here[: here.rfind(b"\n") + 1]
        if content.startswith(whole):
            self.store.append(file, content[len(whole) :], at=len(whole))
        else:
            self.store.replace(file, content)
        self._heads.pop(file, None)

    def drop_ledger(self, file: str) -> None:
        """Take away a ledger file that only this machine has, whose lines the caller put aside."""
        self.store.remove(file)
        self._heads.pop(file, None)

    def restate(self, revisions: Sequence[tuple[Revision, bytes]]) -> list[Addition]:
        """Ledger lines, and where they are missing their documents, after what the ledger says by now.

        FixityError if a document's place is taken by other bytes.
        """
        self.store.put_all((revision.path, content) for revision, content in revisions)
        return self._append_all(
            [(revision, plain_document(parse_document(content))) for revision, content in revisions]
        )

    def drop_unnamed(self, path: str) -> None:
        """Remove the document at ``path`` if no ledger line names it."""
        if path not in {line.path for line in self.iter_revisions(ledger_file(path))}:
            self.store.remove(path)

    def touch(self, files: Iterable[str]) -> None:
        """Have the next line of account vouch for these ledger files, too."""
        self._touched.update(files)

    # -- take-down and rounds --------------------------------------------------------------------------------

    def take_down(self, article_id: str, path: str, reason: str, now: datetime) -> list[Addition]:
        """Replace every document of an article by a tombstone without text. Safe to call again after a kill.

        Its pictures go unless other articles use them. Captures go that its lines name, that came from its addresses,
        or that are feeds which list it, even where others have lines of the same capture.
        """
        lines = list(self.iter_article(article_id, path))
        if not lines:
            raise NotFoundError(f"{article_id}: the ledger has no such article")
        now = day_of(now) if self._anonymous else now
        done = {line.path for line in lines if line.kind is LineKind.TAKE_DOWN}
        last = {line.path: line for line in lines}
        planned = []
        for line in [line for line in last.values() if line.path not in done]:
            stone = tombstone_of(line, reason, now)
            stated = Revision(
                article=line.article,
                revision=line.revision,
                path=line.path,
                sha256=digest_of(format_document(stone)),
                outlet=line.outlet,
                url=line.url,
                canonical_url=line.canonical_url,
                published=line.published,
                published_from=line.published_from,
                listed=line.listed,
                captured=now,
                why=(LineKind.TAKE_DOWN.value,),
                feed=line.feed,
                entry_id=line.entry_id,
                reason=reason,
            )
            planned.append((stated, stone))
        additions = self._append_all(planned)
        for line in self.iter_article(article_id, path):
            if line.kind is LineKind.TAKE_DOWN:
                stone = tombstone_of(line, line.reason or "", line.captured)
                self.store.replace(line.path, format_document(stone))
        self.drop_evidence(lines, now)
        return additions

    def drop_evidence(self, lines: Sequence[Revision], now: datetime) -> None:
        """Remove the pictures and captures of an article that is taken down; ``lines``: all that speak of it."""
        digests = {digest for line in lines for digest in line.pictures.values() if digest}
        self._drop_pictures(digests, lines[0].article)
        named = {digest for line in lines for digest in (line.capture_digest, *line.capture_parts) if digest}
        self.captures.drop(named, which=speaks_of(lines), now=now)

    def _drop_pictures(self, digests: set[str], article_id: str) -> None:
        """Remove pictures that only the taken-down article used."""
        if not digests:
            return
        for file, _ in self.iter_ledger_files():
            for line in self.iter_revisions(file):
                if line.article != article_id:
                    digests -= {digest for digest in line.pictures.values() if digest}
        for key, _ in list(self.store.iter_keys("pictures")):
            if key.rpartition("/")[2].partition(".")[0] in digests:
                self.store.remove(key)

    def expire_captures(self, before: date, now: datetime, *, keep: Set[str] = frozenset()) -> list[str]:
        """Remove captures of days before ``before``, but for bodies with a digest in ``keep``; returns the files.

        A line of account of the kind ``expire`` names them first, so that none can be thought lost.
        """

        def announce(places: list[str]) -> None:
            self.close_round(EXPIRE, now, now, {"before": before.isoformat(), "expired": places})

        return self.captures.expire(before, announce, keep=keep)

    def close_round(self, kind: str, began: datetime, ended: datetime, account: dict[str, object]) -> None:
        """Append the line of account of a run: what was done, and where each touched ledger file now stands."""
        heads = {
            file: {"size": head.size, "lines": head.lines, "sha256": head.digest}
            for file in sorted(self._touched)
            if (head := self.get_head(file))
        }
        if self._anonymous:
            began, ended = day_of(began), day_of(ended)
        file, head = self._find_round_head(ended)
        line = format_round(
            {
                "format": ROUND_FORMAT,
                "kind": kind,
                "began": format_instant(began),
                "ended": format_instant(ended),
                "account": account,
                "heads": heads,
                "prev": head.digest,
            }
        )
        at = self.get_head(file).size
        self.store.append(file, line, at=at)
        self._heads[file] = Head(at + len(line), self.get_head(file).lines + 1, digest_of(line))
        self._touched.clear()

    def _find_round_head(self, now: datetime) -> tuple[str, Head]:
        """The file for this month's rounds, and the head of the newest rounds file there is.

        A clock that stepped back does not reopen an earlier month: the chain runs through the files in their order.
        """
        file = f"ledger/rounds-{now.astimezone(UTC):%Y-%m}.jsonl"
        files = [key for key, _ in self.store.iter_keys("ledger") if key.startswith("ledger/rounds-")]
        newest = max([file, *files])
        before = max(files, default=newest)
        return newest, self.get_head(before)


def _shown(document: Document) -> dict[str, str | None]:
    """Origin -> digest of the kept pictures that a document shows."""
    return {origin: key.rpartition("/")[2].partition(".")[0] for origin, key in iter_kept_pictures(document.body)}
