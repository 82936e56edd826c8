"""What is served beside pages: the reader's own files, kept pictures, and documents as they are on disk."""

from __future__ import annotations

import re

from broadsheet.errors import NotFoundError
from broadsheet.ports import Store
from broadsheet.render.assets import STATIC_TYPES, read_static
from broadsheet.services.archive.pictures import find_kept
from broadsheet.web._exchange import SANDBOX, Reply, reply_of

_DOCUMENT = re.compile(r"articles/[a-z0-9-]+/\d{4}/\d\d/\d\d-[^/]+\.md")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_FOR_EVER = "public, max-age=31536000, immutable"


def static_reply(name: str) -> Reply:
    """One of the reader's own files; NotFoundError if there is none of that name."""
    if name not in read_static():
        raise NotFoundError(f"there is no file {name} here")
    content, version = read_static()[name]
    return reply_of(content, STATIC_TYPES[name.rpartition(".")[2]], etag=version, cache=_FOR_EVER)


def picture_reply(store: Store, digest: str) -> Reply:
    """A kept picture by its digest, of the kind its own bytes say.

    SVG may be shown in a page, where it cannot run, and is handed out as a file when asked for by itself.
    NotFoundError if it is not kept.
    """
    if not _DIGEST.fullmatch(digest):
        raise NotFoundError("a picture is named by its SHA-256")
    key = find_kept(store, digest)
    if key is None:
        raise NotFoundError("this picture is not kept")
    content = store.get(key)
    kind = picture_type(content)
    extra = () if kind in _SHOWN else (("Content-Disposition", f'attachment; filename="{digest[:12]}"'),)
    return reply_of(content, kind, etag=digest, policy=SANDBOX, cache="private, max-age=3600", extra=extra)


_SHOWN = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/bmp"})


def picture_type(content: bytes) -> str:
    """The media type that the bytes of a picture show, whatever anybody called them."""
    for start, kind in (
        (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"GIF8", "image/gif"),
        (b"BM", "image/bmp"),
    ):  # fmt: skip
        if content.startswith(start):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:12] in (b"ftypavif", b"ftypavis"):
        return "image/avif"
    head = content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<?xml", b"<svg", b"<!--", b"<!doctype svg")) and b"<svg" in head:
        return "image/svg+xml"
    return "application/octet-stream"


def document_reply(store: Store, path: str) -> Reply:
    """The bytes of a document, so that anybody can take their digest; NotFoundError if there are none."""
    if not _DOCUMENT.fullmatch(path):
        raise NotFoundError("there is no such document")
    return reply_of(store.get(path), "text/plain; charset=utf-8", policy=SANDBOX)
