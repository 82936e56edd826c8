"""An edition in its two forms, one HTML file and a mail, with as many pictures as each has room for."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256

from broadsheet.errors import NotFoundError
from broadsheet.imaging import measure
from broadsheet.render.edition import Edition, EditionPictures
from broadsheet.render.edition_text import edition_text
from broadsheet.render.to_html import HtmlRenderer
from broadsheet.services.archive import Archive
from broadsheet.services.archive.pictures import find_kept
from broadsheet.services.publish.edition import EditionRules

FILE_PICTURE_BYTES = 24_000_000
"""Bytes of pictures in a file, before base64 makes a third more of them: 32 MB opens at once anywhere."""
MAIL_PICTURE_BYTES = 6_000_000
"""… and in a mail: with base64 8 MB, since many servers take no more than 10."""
_DRAWING = "image/svg+xml"


@dataclass(frozen=True, slots=True)
class Picture:
    """A kept picture that goes along, and its media type."""

    digest: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Album:
    """Pictures that an edition has room for, and how many it has not."""

    pictures: tuple[Picture, ...]
    left_out: int


def collect(archive: Archive, edition: Edition, room: int, *, for_mail: bool = False) -> Album:
    """Kept pictures of ``edition`` in their order, as long as they fit into ``room`` bytes.

    A file holds a picture once for each place, a mail once in all. Programs for mail show no drawings (SVG).
    """
    chosen: list[Picture] = []
    left_out = 0
    for digest, places in edition.count_pictures().items():
        found = _find_picture(archive, digest)
        if found is None or (for_mail and found.media_type == _DRAWING):
            continue
        size = len(found.content) * (1 if for_mail else places)
        if size > room:
            left_out += 1
            continue
        room -= size
        chosen.append(found)
    return Album(tuple(chosen), left_out)


def _find_picture(archive: Archive, digest: str) -> Picture | None:
    key = find_kept(archive.store, digest)
    if key is None:
        return None
    try:
        content = archive.store.get(key)
    except NotFoundError:
        return None
    measured = measure(content)
    return Picture(digest, measured.media_type, content) if measured else None


def edition_file(edition: Edition, renderer: HtmlRenderer, album: Album | None) -> bytes:
    """``edition`` as one HTML file; without ``album`` it has no pictures. The same edition has the same bytes."""
    addresses = {
        one.digest: f"data:{one.media_type};base64,{b64encode(one.content).decode('ascii')}" for one in _of(album)
    }
    pictures = EditionPictures(addresses, album.left_out if album else 0, is_bare=album is None)
    return renderer.render_edition(edition, pictures).encode()


def _of(album: Album | None) -> tuple[Picture, ...]:
    return album.pictures if album else ()


def message_id(archive: str, rules: EditionRules, sender: str) -> str:
    """The Message-ID of an edition: the same for the same archive, days, outlets and language (RFC 5322, 3.6.4)."""
    told = [archive, str(rules.first), str(rules.last), sorted(rules.outlets), rules.language]
    digest = sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
    return f"<edition.{digest[:32]}@{sender.rpartition('@')[2]}>"


@dataclass(frozen=True)
class EditionMail:
    """An edition ready to be sent: everything but to whom."""

    edition: Edition
    html: str
    text: str
    pictures: tuple[Picture, ...]
    id: str
    sender: str
    date: datetime

    def message(self, recipient: str) -> bytes:
        """The mail to one recipient, who learns of no other: text beside HTML with its pictures (RFC 2046, 2387)."""
        mail = EmailMessage(policy=SMTP)
        mail["From"] = Address(display_name=self.edition.archive, addr_spec=self.sender)
        mail["To"] = recipient
        mail["Subject"] = " ".join(self.edition.title.split())
        mail["Date"] = format_datetime(self.date)
        mail["Message-ID"] = self.id
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(self.text, cte="base64")
        mail.add_alternative(self.html, subtype="html", cte="base64")
        html = list(mail.iter_parts())[-1]
        assert isinstance(html, MIMEPart)
        for picture in self.pictures:
            main, _, sub = picture.media_type.partition("/")
            html.add_related(
                picture.content, maintype=main, subtype=sub, cid=f"<{self._cid(picture.digest)}>", disposition="inline"
            )
        return mail.as_bytes()

    def _cid(self, digest: str) -> str:
        return _cid(digest, self.sender)


def _cid(digest: str, sender: str) -> str:
    return f"{digest[:32]}@{sender.rpartition('@')[2]}"


def edition_mail(
    edition: Edition, renderer: HtmlRenderer, album: Album | None, *, id: str, sender: str, date: datetime
) -> EditionMail:
    """``edition`` as a mail of ``date``; without ``album`` it has no pictures."""
    addresses = {one.digest: f"cid:{_cid(one.digest, sender)}" for one in _of(album)}
    pictures = EditionPictures(addresses, album.left_out if album else 0, is_bare=album is None)
    return EditionMail(
        edition=edition,
        html=renderer.render_edition(edition, pictures),
        text=edition_text(edition, pictures.note(edition.language)),
        pictures=_of(album),
        id=id,
        sender=sender,
        date=date,
    )


def iter_unsent(sent: dict[str, list[str]], id: str, recipients: tuple[str, ...]) -> Iterator[str]:
    """Recipients who have not got the edition yet; ``sent`` maps Message-IDs to those who have."""
    had = {address.lower() for address in sent.get(id, [])}
    for recipient in dict.fromkeys(recipients):
        if recipient.lower() not in had:
            yield recipient
