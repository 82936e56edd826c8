"""What the names of mirrors' files tell: the article's number, a day, a headline."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

_SUFFIXES = (".md", ".markdown", ".html", ".txt")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:-(.*))?", re.DOTALL | re.ASCII)
_NUMBER = re.compile(r"(\d+)(?:\.\d+)?", re.ASCII)
_NUMBER_AND_TITLE = re.compile(r"(\d{4,})_(.+)", re.DOTALL | re.ASCII)


@dataclass(frozen=True, slots=True)
class FileName:
    """A mirror's file name taken apart; None or empty where it does not say.

    ``number`` is the article's own id, ``day`` the date in front, ``headline`` the rest (often cut at 50
    characters and robbed of characters that file systems refuse).
    """

    number: str | None = None
    day: date | None = None
    headline: str = ""


def read_file_name(name: str) -> FileName:
    """Read ``1032737.md``, ``1045747_标题.md``, ``2020-05-18-标题.md``; any folders in front are passed over."""
    stem = PurePosixPath(name.replace("\\", "/")).name
    for suffix in _SUFFIXES:
        stem = stem.removesuffix(suffix)
    if match := _DAY.fullmatch(stem):
        try:
            day = date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            return FileName(headline=stem)
        return FileName(day=day, headline=match[4] or "")
    if match := _NUMBER.fullmatch(stem):
        return FileName(number=match[1])
    if match := _NUMBER_AND_TITLE.fullmatch(stem):
        return FileName(number=match[1], headline=match[2])
    return FileName(headline=stem)
