"""Errors of the network -> a short, countable reason and a sentence that holds nothing secret."""

from __future__ import annotations

import errno
import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp

from broadsheet.adapters.http._guard import PrivateAddressError
from broadsheet.errors import FetchError

_LONGEST_WAIT_S = 31 * 86_400.0


def explain(error: BaseException) -> tuple[str, str]:
    """Reason and sentence for ``error``. The sentence never repeats text that a request or a server wrote."""
    if isinstance(error, FetchError):
        return error.reason, str(error)
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, PrivateAddressError):
        return "private address", str(cause)
    if isinstance(error, TimeoutError):
        return "timeout", "the server did not answer in time"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return "tls", f"the server's certificate is not trusted ({_certificate_words(error.certificate_error)})"
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return "tls", "no secure connection could be made"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "dns", "the host has no address"
    return _explain_connection(error, cause)


def _explain_connection(error: BaseException, cause: BaseException) -> tuple[str, str]:
    if isinstance(cause, ConnectionRefusedError):
        return "refused", "the server takes no connections"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "unreachable", f"the server cannot be reached ({_system_words(cause)})"
    if isinstance(error, aiohttp.ServerDisconnectedError | aiohttp.ClientOSError | ConnectionError):
        return "disconnected", "the server hung up before it answered"
    if isinstance(error, aiohttp.ClientPayloadError):
        return "cut short", "the body stops before its end"
    if isinstance(error, aiohttp.ClientResponseError):
        return "protocol", "the answer is not HTTP, or its headers are too long"
    if isinstance(error, ValueError | TypeError):
        return "bad request", "the request cannot be sent as it stands"
    return "error", f"the request failed ({type(error).__name__})"


def _certificate_words(error: Exception) -> str:
    return str(getattr(error, "verify_message", "") or "unknown reason")


def _system_words(error: BaseException) -> str:
    number = getattr(error, "errno", None)
    return errno.errorcode.get(number, "unknown reason") if isinstance(number, int) else "unknown reason"


def read_retry_after(value: str, date: str, now: datetime) -> float | None:
    """Seconds to wait, from ``Retry-After`` (RFC 9110 10.2.3): seconds, or an instant relative to ``Date``.

    None where there is none or it cannot be read; never below 0 nor above 31 days.
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:12]), _LONGEST_WAIT_S)
    until = _read_instant(value)
    if until is None:
        return None
    wait_s = (until - (_read_instant(date) or now)).total_seconds()
    return min(max(wait_s, 0.0), _LONGEST_WAIT_S)


def _read_instant(text: str) -> datetime | None:
    try:
        instant = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant
