"""Hands mails to a server by SMTP (RFC 5321), over TLS unless told otherwise."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from broadsheet.errors import EngineError, SettingsError

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_TIMEOUT_S = 30.0
Send = Callable[[str, bytes], None]


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails are handed in, on whose behalf. ``port`` 0: as ``security`` (starttls, tls or none) has it."""

    host: str
    sender: str
    port: int = 0
    security: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def place(self) -> str:
        """Host and port."""
        return f"{self.host}:{self.port or _PORTS[self.security]}"


@contextlib.contextmanager
def open_server(server: MailServer) -> Iterator[Send]:
    """A connection that sends a mail to a recipient. EngineError for what fails, SettingsError for a wrong password."""
    try:
        link = _connect(server)
    except smtplib.SMTPAuthenticationError as error:
        raise SettingsError(
            f"{server.place}: does not accept [mail] user and BROADSHEET_MAIL_PASSWORD ({_words(error)})"
        ) from None
    except (OSError, ValueError) as error:  # smtplib's own errors are OSErrors
        raise EngineError(
            f"{server.place}: the mail server cannot be used ({_words(error)}); nothing was sent"
        ) from None

    def send(recipient: str, message: bytes) -> None:
        try:
            link.sendmail(server.sender, [recipient], message)
        except (OSError, ValueError) as error:
            raise EngineError(f"{server.place}: the mail to {recipient} was not taken ({_words(error)})") from None

    try:
        yield send
    finally:
        with contextlib.suppress(OSError):
            link.quit()


def _connect(server: MailServer) -> smtplib.SMTP:
    port = server.port or _PORTS[server.security]
    named = server.sender.rpartition("@")[2]  # in EHLO: servers pass it on, and our own name is nobody's business
    trust = ssl.create_default_context()
    link: smtplib.SMTP
    if server.security == "tls":
        link = smtplib.SMTP_SSL(server.host, port, named, timeout=_TIMEOUT_S, context=trust)
    else:
        link = smtplib.SMTP(server.host, port, named, timeout=_TIMEOUT_S)
    try:
        if server.security == "starttls":
            link.starttls(context=trust)
        if server.user:
            link.login(server.user, server.password)
    except BaseException:
        link.close()
        raise
    return link


def _words(error: Exception) -> str:
    """What the server or the system says, in one line."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        error = smtplib.SMTPResponseException(*next(iter(error.recipients.values())))
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        told = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        return " ".join(f"{error.smtp_code} {told}".split())[:200]
    told = (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
    return " ".join(told.split())[:200]
