"""Git as a tool: one bare repository, asked through the ``git`` program with a configuration of its own.

Nobody's hooks, templates, signing keys, prompts or settings take part, so that an unattended run does the same on every
machine. Every child of ours inherits the lock under which we work: as long as one of them lives, no other run begins.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from broadsheet.errors import EngineError, NotFoundError

BRANCH = "refs/heads/main"
_NO_COMMIT = "0" * 40
_SETTINGS = {
    "core.hooksPath": os.devnull,
    "core.fsync": "committed,loose-object,reference",
    "core.quotePath": "false",
    "core.bare": "true",
    "core.autocrlf": "false",
    "core.logAllRefUpdates": "false",
    "commit.gpgSign": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "fetch.fsckObjects": "true",
    "fetch.writeCommitGraph": "false",
    "protocol.ext.allow": "never",
    "advice.detachedHead": "false",
    "init.defaultBranch": "main",
    "safe.directory": "*",
    "http.lowSpeedLimit": "100",
    "http.lowSpeedTime": "60",
    "push.followTags": "false",
    "pack.threads": "2",
}
_OURS = ("PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "LANG", "SSH_AUTH_SOCK", "GIT_SSH_COMMAND", "GIT_SSL_CAINFO",
         "SSL_CERT_FILE", "SSL_CERT_DIR", "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
         "no_proxy", "NO_PROXY", "SYSTEMROOT")  # fmt: skip
_STALE_S = 10.0
"""A lock file of git's that no run of ours holds is left by a process that died, if it does not go within this time."""
_LOCAL_S = 3600.0
"""Work on the own disk may take this long: a hanging disk shall end some day, a slow one may pack years of pictures."""


class GitError(EngineError):
    """Git failed. ``said`` is what it printed on its error stream."""

    def __init__(self, message: str, said: str = "") -> None:
        super().__init__(message)
        self.said = said


@dataclass(frozen=True, slots=True)
class Blob:
    """One file of a tree: its path, its object, its mode and, where it was asked for, its size in bytes."""

    path: str
    oid: str
    mode: str = "100644"
    size: int = 0


@dataclass(frozen=True, slots=True)
class Signature:
    """Who commits, and when: seconds since 1970. The zone is always UTC: it would tell where a machine stands."""

    name: str
    email: str
    seconds: int

    def __str__(self) -> str:
        name, email = (" ".join("".join(c for c in text if c not in "<>\0\n").split()) for text in
                       (self.name, self.email))  # fmt: skip
        return f"{name or 'mirror'} <{email}> {self.seconds} +0000"


@dataclass
class Git:
    """The bare repository at ``folder``. Use ``locked`` around anything that writes."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    _lock: int | None = None

    # -- one run at a time -----------------------------------------------------------------------------------

    @contextlib.contextmanager
    def locked(self, lock_file: Path) -> Iterator[None]:
        """Be the only run that works on this repository; what a killed one left is cleared away first.

        EngineError if another run, or a git process that a killed run left, is still at it.
        """
        lock_file.parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(lock_file, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise EngineError(
                    f"{self.folder}: another run is publishing, or git is still sending for one that was stopped; "
                    "wait for it to end"
                ) from None
            os.set_inheritable(fd, True)
            self._lock = fd
            self._clear()
            yield
        finally:
            self._lock = None
            os.close(fd)

    def _clear(self) -> None:
        """Remove what dead processes of git left: half packs at once, lock files once they are old."""
        if not self.folder.is_dir():
            return
        for pattern in ("objects/pack/tmp_*", "objects/incoming-*", "objects/tmp_objdir-*", "fast_import_crash_*"):
            for path in self.folder.glob(pattern):
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        for path in [*self.folder.glob("*.lock"), *self.folder.glob("refs/**/*.lock")]:
            with contextlib.suppress(FileNotFoundError):
                while time.time() - path.stat().st_mtime < _STALE_S:
                    time.sleep(0.2)
                path.unlink()

    # -- asking ----------------------------------------------------------------------------------------------

    def run(
        self,
        *arguments: str,
        given: bytes | Iterable[bytes] = b"",
        timeout_s: float = _LOCAL_S,
        more: Mapping[str, str] | None = None,
        settings: Sequence[tuple[str, str]] = (),
    ) -> bytes:
        """What ``git ARGUMENTS`` prints. ``given`` is its input, ``more`` further environment, ``settings`` further
        configuration. GitError if it fails or takes longer than ``timeout_s``, and then nothing of it goes on."""
        process = self._start(arguments, more or {}, settings)
        try:
            out, said = _talk(process, given, timeout_s)
        except subprocess.TimeoutExpired:
            raise GitError(f"git {arguments[0]} was stopped after {timeout_s:.0f} s", "timeout") from None
        finally:
            _end(process)
        if process.returncode:
            words = said.decode("utf-8", "replace").strip()
            raise GitError(
                f"git {arguments[0]} failed: {_last_line(words) or f'exit code {process.returncode}'}", words
            )
        return out

    def _start(
        self, arguments: Sequence[str], more: Mapping[str, str], settings: Sequence[tuple[str, str]]
    ) -> subprocess.Popen[bytes]:
        command = ["git"]
        for key, value in [*_SETTINGS.items(), *settings]:
            command += ["-c", f"{key}={value}"]
        environment = {key: value for key, value in self.environment.items() if key in _OURS}
        environment |= {
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "true",
            "SSH_ASKPASS": "true",
            "GIT_DIR": str(self.folder),
            "LC_ALL": "C",
            "TZ": "UTC",
            **more,
        }
        try:
            return subprocess.Popen(
                [*command, *arguments],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                env=environment, cwd=self.folder if self.folder.is_dir() else None,
                pass_fds=() if self._lock is None else (self._lock,), start_new_session=True,
            )  # fmt: skip
        except FileNotFoundError:
            raise NotFoundError("git is not installed; install it (Debian: apt install git)") from None

    # -- the repository --------------------------------------------------------------------------------------

    @property
    def exists(self) -> bool:
        """Whether there is a repository."""
        return (self.folder / "HEAD").is_file() and (self.folder / "objects").is_dir()

    def make(self) -> None:
        """Make the repository where there is none."""
        if not self.exists:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.run("init", "--quiet", "--bare", "--template=", str(self.folder))
            self.run("symbolic-ref", "HEAD", BRANCH)

    def find_commit(self, name: str) -> str | None:
        """The commit that the reference or object ``name`` means, None if there is none."""
        try:
            return self.run("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").decode().strip()
        except GitError:
            return None

    def set_reference(self, name: str, commit: str | None) -> None:
        """Let ``name`` mean ``commit``; None takes it away."""
        if commit is None:
            self.run("update-ref", "-d", name)
        else:
            self.run("update-ref", name, commit)

    def iter_references(self, prefix: str) -> Iterator[tuple[str, str]]:
        """References that begin with ``prefix``, each with its commit."""
        said = self.run("for-each-ref", "--format=%(objectname) %(refname)", prefix).decode()
        for line in said.splitlines():
            commit, _, name = line.partition(" ")
            yield name, commit

    def is_ancestor(self, earlier: str, later: str) -> bool:
        """Whether ``later`` goes on from ``earlier``, or is it."""
        if earlier == later:
            return True
        if self.find_commit(earlier) is None:
            return False
        return not self.run("rev-list", "--max-count=1", earlier, f"^{later}").strip()

    def list_tree(self, commit: str, *folders: str, sizes: bool = False) -> dict[str, Blob]:
        """The files of ``commit``, of all or of some ``folders``, by path."""
        options = ["-l"] if sizes else []
        listed = self.run("ls-tree", "-r", "-z", "--full-tree", *options, commit, "--", *folders)
        found = {}
        for row in listed.decode("utf-8", "surrogateescape").split("\0"):
            if row:
                head, _, path = row.partition("\t")
                mode, _, oid, *size = head.split()
                found[path] = Blob(path, oid, mode, int(size[0]) if size and size[0].isdigit() else 0)
        return found

    def iter_blobs(self, oids: Sequence[str]) -> Iterator[bytes]:
        """The bytes of objects, in their order, one at a time. GitError if one is not there."""
        process = self._start(["cat-file", "--batch"], {}, ())
        assert process.stdin is not None and process.stdout is not None
        try:
            for oid in oids:
                process.stdin.write(oid.encode() + b"\n")
                process.stdin.flush()
                head = process.stdout.readline().split()
                if len(head) != 3:
                    raise GitError(f"{self.folder}: the object {oid} is missing; delete the folder and publish again")
                content = process.stdout.read(int(head[2]))
                process.stdout.read(1)
                yield content
        finally:
            _end(process)

    def get_blob(self, oid: str) -> bytes:
        """The bytes of one object."""
        return next(self.iter_blobs([oid]))

    def commit(
        self,
        branch: str,
        parent: str | None,
        changes: Iterable[tuple[str, bytes | None]],
        message: str,
        signature: Signature,
    ) -> str:
        """Put a commit on ``branch``, after ``parent``, in which files have new bytes or (None) are gone.

        Objects come first and the branch last, in one step: a kill at any point leaves the branch as it was.
        """
        stream = _iter_import(branch, parent, changes, message, signature)
        self.run("fast-import", "--quiet", "--date-format=raw", "--done", given=stream)
        commit = self.find_commit(branch)
        assert commit is not None
        return commit

    def tidy(self) -> None:
        """Pack what lies loose, where there is much of it."""
        self.run("gc", "--auto", "--quiet", settings=[("gc.auto", "3000"), ("gc.autoDetach", "false")])

    def measure(self) -> int:
        """The size of all objects, in bytes."""
        sizes = dict(line.split(": ") for line in self.run("count-objects", "-v").decode().splitlines())
        return (int(sizes["size"]) + int(sizes["size-pack"])) * 1024


def _iter_import(
    branch: str, parent: str | None, changes: Iterable[tuple[str, bytes | None]], message: str, signature: Signature
) -> Iterator[bytes]:
    text = message.encode("utf-8", "replace")
    yield f"commit {branch}\nauthor {signature}\ncommitter {signature}\ndata {len(text)}\n".encode() + text + b"\n"
    if parent:
        yield f"from {parent}\n".encode()
    for path, content in changes:
        if content is None:
            yield f"D {_quoted(path)}\n".encode()
        else:
            yield f"M 100644 inline {_quoted(path)}\ndata {len(content)}\n".encode() + content + b"\n"
    yield b"done\n"


def _quoted(path: str) -> str:
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _talk(process: subprocess.Popen[bytes], given: bytes | Iterable[bytes], timeout_s: float) -> tuple[bytes, bytes]:
    if isinstance(given, bytes):
        return process.communicate(given, timeout=timeout_s)
    assert process.stdin is not None
    try:
        for part in given:
            process.stdin.write(part)
    except BrokenPipeError:
        pass  # git ended early; what it says follows
    return process.communicate(timeout=timeout_s)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Nothing of a command stays behind: not git, and not what git started."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            with contextlib.suppress(BrokenPipeError):
                stream.close()
    process.wait()


def _last_line(words: str) -> str:
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    told = [line for line in lines if line.startswith(("fatal:", "error:", "remote:", "ssh:", "!"))]
    return (told or lines or [""])[-1]
