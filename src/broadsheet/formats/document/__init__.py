"""The document: the plain-text file that holds one revision, and the forms in which old mirrors wrote such files.

``parse_document`` and ``format_document`` are our own form, which is the form of the mirrors' last years;
``parse_foreign`` reads every dialect, ``plain`` the text of a body without the date above it. Pure text in, values out:
no disk, no clock, no ledger, no HTML.
"""

from broadsheet.formats.document._canonical import fold_headline, fold_url, format_document, parse_document
from broadsheet.formats.document._dialects import Dialect, Foreign, may_be_document, parse_foreign
from broadsheet.formats.document._names import FileName, read_file_name
from broadsheet.formats.document._plain import (
    FURTHEST_AHEAD,
    DateLine,
    find_date_line,
    is_format_2,
    iter_kept_pictures,
    plain,
    plain_document,
    with_origins,
    write_body,
)

__all__ = [
    "FURTHEST_AHEAD",
    "DateLine",
    "Dialect",
    "FileName",
    "Foreign",
    "find_date_line",
    "fold_headline",
    "fold_url",
    "format_document",
    "is_format_2",
    "iter_kept_pictures",
    "may_be_document",
    "parse_document",
    "parse_foreign",
    "plain",
    "plain_document",
    "read_file_name",
    "with_origins",
    "write_body",
]
