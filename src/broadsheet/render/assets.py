"""What comes with Broadsheet for its pages: templates, and the files that stand beside every page."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources

STATIC_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


@cache
def read_templates() -> dict[str, str]:
    """The page templates that come with Broadsheet: name -> text."""
    folder = resources.files("broadsheet.render").joinpath("templates")
    return {entry.name: entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".html")}


@cache
def read_static() -> Mapping[str, tuple[bytes, str]]:
    """The reader's own files: name -> bytes and version."""
    folder = resources.files("broadsheet.render").joinpath("static")
    names = (entry for entry in folder.iterdir() if entry.name.rpartition(".")[2] in STATIC_TYPES)
    found = {entry.name: entry.read_bytes() for entry in names}
    return {name: (found[name], hashlib.sha256(found[name]).hexdigest()[:12]) for name in sorted(found)}


def asset_addresses(names: Mapping[str, str]) -> dict[str, str]:
    """Short name -> an address from the root that changes with the file, so that it may be kept for ever."""
    return {short: f"/static/{name}?{read_static()[name][1]}" for short, name in names.items()}


@cache
def code_digest() -> str:
    """Changes with any line of Broadsheet's code, templates and word lists: what others derived is derived anew."""
    digest = hashlib.blake2b(digest_size=12)
    pending = [resources.files("broadsheet")]
    while pending:
        folder = pending.pop()
        for entry in sorted(folder.iterdir(), key=lambda one: one.name):
            if entry.is_dir() and entry.name != "__pycache__":
                pending.append(entry)
            elif entry.is_file() and not entry.name.endswith(".pyc"):
                digest.update(entry.name.encode() + b"\0" + entry.read_bytes())
    return digest.hexdigest()
