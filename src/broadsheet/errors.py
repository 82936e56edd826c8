"""Every error Broadsheet raises on purpose, and what each means to a caller.

::

    BroadsheetError
     ├─ SettingsError    broadsheet.toml or an option is wrong
     ├─ NotFoundError    no such outlet, article, feed or archive
     ├─ QueryError       what a person typed cannot be understood
     ├─ FormatError      bytes that are not the document, ledger line or feed they should be
     ├─ FetchError       a request failed; ``retry_after_s`` where the server said when to come back
     │   ├─ GoneError        the server says the address is gone for good (410)
     │   └─ RefusedError     we will not connect there (private address, scheme, size)
     ├─ ExtractError     a page from which no article could be taken
     ├─ FixityError      bytes in the archive are not the ones that were kept
     └─ EngineError      a store, index or queue failed

A message says what is wrong, where, and what to do, in one sentence. ``MEANING`` maps each class to whether a
retry makes sense, to an HTTP status and to an exit code; faces use the table and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass


class BroadsheetError(Exception):
    """Base of all errors that Broadsheet raises on purpose."""


class SettingsError(BroadsheetError):
    """A setting, option or the file ``broadsheet.toml`` is wrong."""


class NotFoundError(BroadsheetError):
    """What was asked for is not in the archive or in the configuration."""


class QueryError(BroadsheetError):
    """A question that cannot be understood. ``place`` is the character in it where understanding ended, if one is."""

    def __init__(self, message: str, *, place: int | None = None) -> None:
        super().__init__(message)
        self.place = place


class FormatError(BroadsheetError):
    """Bytes that do not have the form they should have."""


class FetchError(BroadsheetError):
    """A request that brought no usable response.

    ``reason`` is a short, countable word ("timeout", "refused", "dns", "tls", "too large", "status 503" …);
    ``retry_after_s`` is the wait in seconds that the server asked for, if it did.
    """

    def __init__(self, message: str, *, reason: str = "error", retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.retry_after_s = retry_after_s


class GoneError(FetchError):
    """The server says that the address is gone for good."""


class RefusedError(FetchError):
    """A request we do not make: a private address, a foreign scheme, a body past its cap."""


class ExtractError(BroadsheetError):
    """A page from which no article could be taken."""


class FixityError(BroadsheetError):
    """Bytes in the archive differ from those that were kept."""


class EngineError(BroadsheetError):
    """A store, index or queue could not do its work."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an error class means to faces: is a retry sensible, which HTTP status, which exit code."""

    retry: bool
    status: int
    exit_code: int


MEANING: dict[type[BroadsheetError], Meaning] = {
    SettingsError: Meaning(retry=False, status=500, exit_code=2),
    NotFoundError: Meaning(retry=False, status=404, exit_code=1),
    QueryError: Meaning(retry=False, status=400, exit_code=2),
    FormatError: Meaning(retry=False, status=500, exit_code=1),
    FetchError: Meaning(retry=True, status=502, exit_code=1),
    GoneError: Meaning(retry=False, status=410, exit_code=1),
    RefusedError: Meaning(retry=False, status=502, exit_code=1),
    ExtractError: Meaning(retry=False, status=500, exit_code=1),
    FixityError: Meaning(retry=False, status=500, exit_code=3),
    EngineError: Meaning(retry=True, status=503, exit_code=4),
    BroadsheetError: Meaning(retry=False, status=500, exit_code=1),
}


def find_meaning(error: BroadsheetError) -> Meaning:
    """The meaning of the nearest class of ``error`` in the table."""
    for cls in type(error).__mro__:
        if cls in MEANING:
            return MEANING[cls]
    raise AssertionError("MEANING names BroadsheetError")
