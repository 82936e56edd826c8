"""The kinds of pictures, and the one value that says what a picture's bytes say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SVG: Final = "image/svg+xml"
EXTENSIONS: Final[dict[str, str]] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/avif": "avif",
    "image/heic": "heic",
    "image/bmp": "bmp",
    "image/x-icon": "ico",
    "image/tiff": "tif",
    SVG: "svg",
}
"""Media type -> extension of the kept file; a compressed SVG is kept as ``svgz``."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a picture's bytes say of it. ``width`` and ``height`` are pixels as shown; only an SVG may not know them.

    ``is_whole`` is False where the bytes stop before the format's own end.
    """

    media_type: str
    extension: str
    width: int | None
    height: int | None
    is_animated: bool = False
    is_whole: bool = True

    @property
    def is_document(self) -> bool:
        """Whether a browser would run scripts in it if it were opened as a page: never serve it as one."""
        return self.media_type == SVG


def measured(media_type: str, width: int, height: int, *, animated: bool = False, whole: bool = True) -> Measured:
    """A picture of pixels."""
    return Measured(media_type, EXTENSIONS[media_type], width, height, animated, whole)
