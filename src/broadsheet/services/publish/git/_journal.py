"""What this machine kept and nobody has seen yet, put aside while another machine's lines take its place.

Two machines on one mirror both add lines, and chains cannot be merged. So theirs stand, and ours are kept once more
after them. From the moment ours leave the ledger until they are in it again, they stand here, durably, so that a kill
in between costs a repetition and nothing else.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from broadsheet.errors import EngineError, NotFoundError
from broadsheet.formats.ledger import digest_of, iter_lines, parse_line
from broadsheet.model import Revision
from broadsheet.services.archive import Archive
from broadsheet.services.publish.git._theirs import Theirs

FOLDER = "rejoin"


@dataclass(frozen=True)
class Apart:
    """One ledger line of ours that left the ledger, with the bytes of its document.

    ``after`` is the digest of the last line of its article that both machines have, empty where there is none.
    """

    revision: Revision
    line: bytes
    after: str
    document: bytes | None


@dataclass
class Journal:
    """The put-aside lines in ``folder``. ``theirs`` is the commit after which they are to be kept again."""

    folder: Path
    theirs: str
    lines: list[Apart]
    accounts: list[dict[str, Any]]
    files: list[str]
    is_reset: bool
    digest: str

    def finish_reset(self) -> None:
        """The ledger is theirs now: from here on it only grows."""
        _write(self.folder / "is-reset", b"")
        self.is_reset = True

    def remove(self) -> None:
        """Everything is kept again."""
        done = self.folder.with_name(f"{FOLDER}-done")
        shutil.rmtree(done, ignore_errors=True)
        os.rename(self.folder, done)
        shutil.rmtree(done)


def write_journal(repository: Path, archive: Archive, theirs: Theirs) -> Journal:
    """Put aside every line that the copy lacks, with its document, before anything of the archive changes."""
    rows: list[dict[str, str]] = []
    accounts: list[dict[str, Any]] = []
    files = []
    for growth in theirs.growths:
        if not growth.ours:
            continue
        if growth.is_rounds:
            accounts += [json.loads(line) for _, line in iter_lines(growth.ours)]
            continue
        files.append(growth.file)
        known = last_digests(archive.store.get(growth.file)[: growth.common])
        for _, line in iter_lines(growth.ours):
            revision = parse_line(line, where=growth.file)
            rows.append(
                {
                    "line": line.decode("utf-8", "surrogateescape"),
                    "after": known.get(revision.article, ""),
                    "document": _document(archive, revision.path),
                }
            )
    for account in accounts:
        files += list(account.get("heads", {}))
    stated = {"theirs": theirs.copy.commit, "lines": rows, "accounts": accounts, "files": sorted(set(files))}
    folder = repository / FOLDER
    made = repository / f"{FOLDER}-new"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    _write(made / "lines.json", json.dumps(stated).encode())
    os.rename(made, folder)
    _sync(repository)
    found = find_journal(repository)
    assert found is not None
    return found


def find_journal(repository: Path) -> Journal | None:
    """What a run that was stopped put aside and did not keep again, None if nothing."""
    folder = repository / FOLDER
    try:
        content = (folder / "lines.json").read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise EngineError(f"{folder}: cannot be read ({error.strerror})") from error
    stated = json.loads(content)
    lines = []
    for row in stated["lines"]:
        line = row["line"].encode("utf-8", "surrogateescape")
        document = base64.b85decode(row["document"]) if row["document"] else None
        lines.append(Apart(parse_line(line), line, row["after"], document))
    is_reset = (folder / "is-reset").exists()
    return Journal(folder, stated["theirs"], lines, stated["accounts"], stated["files"], is_reset, digest_of(content))


def last_digests(content: bytes) -> dict[str, str]:
    """Article -> digest of its last line in these lines of a ledger."""
    return {parse_line(line).article: digest_of(line) for _, line in iter_lines(content)}


def _document(archive: Archive, path: str) -> str:
    try:
        return base64.b85encode(archive.store.get(path)).decode("ascii")
    except NotFoundError:
        return ""


def _write(path: Path, content: bytes) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(fd, view) :]
        os.fsync(fd)
    except OSError as error:
        raise EngineError(f"{path}: could not be written ({error.strerror})") from error
    finally:
        os.close(fd)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def paths_of(lines: Iterable[Apart]) -> dict[str, bytes]:
    """The documents of put-aside lines, by path."""
    return {apart.revision.path: apart.document for apart in lines if apart.document is not None}
