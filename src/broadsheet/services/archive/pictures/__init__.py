"""Keeps pictures: fetched once, kept by the digest of their bytes, before the document that refers to them.

``Pictures.fetch_all`` takes what many articles show and never raises for one picture: what could not be had is a
value, costs no article, and is tried again on a ladder (``MissingPictures``, ``retry_missing``). Documents refer to a
picture's origin; whoever renders one asks ``find_kept`` for the file.
"""

from broadsheet.services.archive import find_kept, iter_kept, picture_key
from broadsheet.services.archive.pictures._fetching import (
    Caps,
    KeptPicture,
    MissedPicture,
    Outcome,
    Pictures,
    Wanted,
    ledger_pictures,
)
from broadsheet.services.archive.pictures._missing import MissingPictures, Retried, retry_missing

__all__ = [
    "Caps",
    "KeptPicture",
    "MissedPicture",
    "MissingPictures",
    "Outcome",
    "Pictures",
    "Retried",
    "Wanted",
    "find_kept",
    "iter_kept",
    "ledger_pictures",
    "picture_key",
    "retry_missing",
]
