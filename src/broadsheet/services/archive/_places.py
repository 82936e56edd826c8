"""Where kept pictures stand: ``pictures/3f/3f9ac0….jpg``, by the SHA-256 of their bytes."""

from __future__ import annotations

from collections.abc import Iterator

from broadsheet.ports import Store


def picture_key(digest: str, extension: str) -> str:
    """The key under which a picture is kept."""
    return f"pictures/{digest[:2]}/{digest}.{extension}"


def find_kept(store: Store, digest: str) -> str | None:
    """The key of the kept picture with this digest, None if it is not there."""
    start = f"pictures/{digest[:2]}/{digest}."
    return next((key for key, _ in store.iter_keys(f"pictures/{digest[:2]}") if key.startswith(start)), None)


def iter_kept(store: Store) -> Iterator[tuple[str, str]]:
    """Digest and key of every kept picture, for whoever renders many documents."""
    for key, _ in store.iter_keys("pictures"):
        yield key.rpartition("/")[2].partition(".")[0], key
