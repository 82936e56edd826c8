"""Remotes: what they have, what they are sent, and in plain words why one would not take it."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from broadsheet.addresses.networks import redact
from broadsheet.errors import SettingsError
from broadsheet.services.publish.git._git import BRANCH, Git, GitError

_SCP = re.compile(r"(?:[^@/\s]+@)?[^/:\s]+:(?!//)")
_ASK_S = 120.0
"""A server that says nothing of its branches for this long is away."""

PASSWORD = "BROADSHEET_GIT_PASSWORD"
"""Environment variable with the password or token of the one https host, or of one host: ``…_GIT_EXAMPLE_ORG``."""
USER = "BROADSHEET_GIT_USER"


@dataclass(frozen=True, slots=True)
class Access:
    """How remotes are reached. ``credentials`` is a file as git's own store has it, a line per host:
    ``https://user:token@host``; ``ssh_key`` a private key."""

    credentials: Path | None = None
    ssh_key: Path | None = None
    timeout_s: float = 3600.0


@dataclass(frozen=True, slots=True)
class Remote:
    """One place that is sent the branch ``branch``; ``url`` as git takes it: a path, ssh or https."""

    url: str
    branch: str = BRANCH

    @property
    def shown(self) -> str:
        """The address for people: without password."""
        return redact(self.url)

    @property
    def key(self) -> str:
        """Names the remote in references."""
        return hashlib.sha256(f"{self.branch} {self.url}".encode()).hexdigest()[:12]

    @property
    def tracked(self) -> str:
        """The reference that says what the remote was last known to have."""
        return f"refs/remotes/{self.key}"

    @property
    def sending(self) -> str:
        """The reference that says what the remote may have got without our knowing."""
        return f"refs/sending/{self.key}"


def check_remote(url: str, where: str) -> None:
    """SettingsError if ``url`` is no place for a mirror, or names a password."""
    if not url or url.startswith("-") or any(ord(char) < 33 for char in url):
        raise SettingsError(f"{where}: {url!r} is not the address of a git repository")
    if _SCP.match(url) or "://" not in url:
        return
    try:
        parts = urlsplit(url)
    except ValueError:
        raise SettingsError(f"{where}: {url!r} is not the address of a git repository") from None
    if parts.scheme not in ("https", "http", "ssh", "git", "file"):
        raise SettingsError(f"{where}: {redact(url)} must begin with https://, ssh:// or file://, or be a path")
    if parts.password is not None:
        raise SettingsError(
            f"{where}: {redact(url)} holds a password; take it out and give it in the environment ({PASSWORD}) or in "
            "the file that [mirror] credentials_file names"
        )


def ask(git: Git, remote: Remote, access: Access, hosts: int) -> str | None:
    """The commit that the remote's branch stands at, None where it has none yet. GitError if it cannot be asked."""
    more, settings = _reach(git, remote, access, hosts)
    said = git.run(
        "ls-remote", "--quiet", "--", remote.url, BRANCH,
        timeout_s=min(_ASK_S, access.timeout_s), more=more, settings=settings,
    )  # fmt: skip
    for line in said.decode("utf-8", "replace").splitlines():
        commit, _, name = line.partition("\t")
        if name == BRANCH:
            return commit
    return None


def fetch(git: Git, remote: Remote, access: Access, hosts: int, *, shallow: bool = False) -> str | None:
    """Bring what the remote has; returns its commit and notes it as known. None where it has nothing yet.

    ``shallow`` brings no history, where there is none here yet. What we may have sent without hearing the answer is
    settled by that: it is there or it is not.
    """
    commit = ask(git, remote, access, hosts)
    known = git.find_commit(remote.tracked)
    if commit is None:
        if known is not None:
            raise GitError(f"{remote.shown}: held {known[:10]} and is empty now; if that is meant, delete "
                           f"{git.folder.name}/{remote.tracked} and publish again", "emptied")  # fmt: skip
        return None
    if commit != known:
        if git.find_commit(commit) is None:
            more, settings = _reach(git, remote, access, hosts)
            depth = ["--depth=1"] if shallow and known is None else []
            git.run("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", *depth, "--", remote.url,
                    f"+{BRANCH}:{_INCOMING}", timeout_s=access.timeout_s, more=more, settings=settings)  # fmt: skip
            commit = git.find_commit(_INCOMING)
            assert commit is not None
        if known is not None and not git.is_ancestor(known, commit):
            raise GitError(f"{remote.shown}: its history was rewritten (it held {known[:10]}, which is gone from it); "
                           "nothing was taken from it or sent to it", "rewritten")  # fmt: skip
        git.set_reference(remote.tracked, commit)
    git.set_reference(remote.sending, None)
    git.set_reference(_INCOMING, None)
    return commit


_INCOMING = "refs/incoming/main"


def send(git: Git, remote: Remote, commit: str, access: Access, hosts: int) -> None:
    """Bring ``commit`` to the remote, never by force. GitError if it would not take it."""
    more, settings = _reach(git, remote, access, hosts)
    git.set_reference(remote.sending, commit)
    try:
        git.run("push", "--quiet", "--no-verify", "--", remote.url, f"{commit}:{BRANCH}",
                timeout_s=access.timeout_s, more=more, settings=settings)  # fmt: skip
    except GitError as error:
        if _was_refused(error.said):
            git.set_reference(remote.sending, None)
        raise
    git.set_reference(remote.tracked, commit)
    git.set_reference(remote.sending, None)


def show_branch(git: Git, remote: Remote, access: Access, hosts: int) -> str:
    """See that whoever clones a remote that was empty until now gets our branch; what to do there where not.

    A repository made by hand often names another first branch, and a clone of it would be an empty folder.
    """
    more, settings = _reach(git, remote, access, hosts)
    try:
        said = git.run("ls-remote", "--quiet", "--symref", "--", remote.url, "HEAD", timeout_s=_ASK_S, more=more,
                       settings=settings)  # fmt: skip
        if said.strip():
            return ""
        if Path(remote.url).is_dir():
            git.run("symbolic-ref", "HEAD", BRANCH, more={"GIT_DIR": remote.url})
            return ""
    except GitError:
        return ""  # what was sent is there; the next run asks the remote in any case
    return f"{remote.shown}: its default branch is another than main, so clones of it are empty; set it to main there"


def _was_refused(said: str) -> bool:
    """Whether the remote itself said no, so that it has nothing of what was sent."""
    return "[rejected]" in said or "[remote rejected]" in said or "pre-receive hook declined" in said


def is_behind(error: GitError) -> bool:
    """Whether a push failed since the remote has what we have not seen."""
    return "fetch first" in error.said or "non-fast-forward" in error.said


def count_hosts(remotes: tuple[str, ...]) -> int:
    """How many hosts are asked over http or https."""
    return len({urlsplit(url).hostname for url in remotes if url.startswith(("http://", "https://"))})


def _reach(git: Git, remote: Remote, access: Access, hosts: int) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Environment and settings with which git gets in without asking anybody."""
    more: dict[str, str] = {}
    settings: list[tuple[str, str]] = []
    if remote.url.startswith(("http://", "https://")):
        settings.append(("credential.helper", ""))
        if password := _find_password(git.environment, remote.url, hosts):
            user = git.environment.get(USER) or urlsplit(remote.url).username or "git"
            more |= {"BROADSHEET_ANSWER_USER": user, "BROADSHEET_ANSWER": password}
            answer = 'printf "username=%s\\npassword=%s\\n" "$BROADSHEET_ANSWER_USER" "$BROADSHEET_ANSWER"'
            settings.append(("credential.helper", f'!f() {{ test "$1" = get && {answer}; }}; f'))
        elif access.credentials is not None:
            # only asked, never told: the file stays as its owner wrote it
            store = f"git credential-store --file {shlex.quote(str(access.credentials))} get"
            settings.append(("credential.helper", f'!f() {{ test "$1" = get && {store}; }}; f'))
    elif "GIT_SSH_COMMAND" not in git.environment:
        command = "ssh -o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=20 -o ServerAliveCountMax=6"
        if access.ssh_key is not None:
            command += f" -o IdentitiesOnly=yes -i {shlex.quote(str(access.ssh_key))}"
        more["GIT_SSH_COMMAND"] = command
    return more, settings


def _find_password(environment: Mapping[str, str], url: str, hosts: int) -> str | None:
    """The password for the host of ``url``: its own variable, or the general one where there is one host only."""
    host = urlsplit(url).hostname or ""
    own = environment.get(f"{PASSWORD}_{re.sub('[^A-Z0-9]', '_', host.upper())}")
    return own or (environment.get(PASSWORD) if hosts == 1 else None)


_REASONS: tuple[tuple[str, str], ...] = (
    (r"timeout", "did not answer in time"),
    (r"fetch first|non-fast-forward", "another machine published at the same moment"),
    (r"Could not resolve host|Temporary failure in name resolution",
     "its name cannot be resolved; is the network up?"),
    (r"Connection refused|Connection timed out|Connection reset|No route to host|Failed to connect",
     "cannot be reached"),
    (r"does not appear to be a git repository|[Rr]epository .*not found|error: 404|does not exist",
     "there is no repository there; make an empty one on the host first"),
    (r"Host key verification failed",
     "the host's key is not known here; log in once by hand (ssh HOST) and compare its fingerprint"),
    (r"Permission denied \(|Could not read from remote repository",
     "would not let us in; check the key ([mirror] ssh_key) and that it may write there"),
    (r"Authentication failed|could not read Username|could not read Password|HTTP 40[13]|error: 40[13]",
     f"would not let us in; give the token in {PASSWORD} or in [mirror] credentials_file"),
    (r"No space left|Disk quota exceeded|quota|unpack failed|unpacker error|remote unpack failed",
     "has no room left, or could not store what was sent"),
    (r"File size limit|exceeds .*limit|GH001|too large", "refused a file for its size"),
    (r"unable to access", "cannot be reached"),
)  # fmt: skip


def explain(error: GitError) -> str:
    """Why a remote could not be served, in one clause, with the remote's own words where it gave any."""
    said = error.said
    if said in ("emptied", "rewritten"):
        return str(error).partition(": ")[2]
    own = [line.partition("remote:")[2].strip() for line in said.splitlines() if line.startswith("remote:")]
    words = f" (it says: {_bare(' '.join(own))})" if any(own) else ""
    if "hook declined" in said:
        return f"refused what was sent{words}"
    for pattern, sentence in _REASONS:
        if re.search(pattern, said):
            return sentence + words
    return f"{_bare(str(error))}{words}"


def _bare(words: str) -> str:
    """What a program said, without passwords in addresses and not without end."""
    return re.sub(r"://[^/@\s]+@", "://", words)[:300]


def find_credentials(path: str, archive: Path, environment: Mapping[str, str] = os.environ) -> Path | None:
    """The file that a setting names, which must stand outside the archive and be there. Empty: none."""
    if not path:
        return None
    file = Path(os.path.expanduser(path))
    file = file if file.is_absolute() else archive / file
    if file.resolve().is_relative_to(archive.resolve()):
        raise SettingsError(f"[mirror]: {path} stands in the archive; secrets belong outside, such as in ~/.config")
    if not file.is_file():
        raise SettingsError(f"[mirror]: {file} is not there")
    return file
