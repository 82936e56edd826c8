"""The document: the plain-text file that holds one revision, and the forms in which old mirrors wrote such files.

``parse_document`` and ``format_document`` are our own form, which is the form of the mirrors' last years;
``parse_foreign`` reads every dialect. Pure text in, values out: no disk, no clock, no ledger, no HTML.
"""

from broadsheet.document._canonical import fold_headline, fold_url, format_document, parse_document
from broadsheet.document._dialects import Dialect, Foreign, parse_foreign
from broadsheet.document._names import FileName, read_file_name

__all__ = [
    "Dialect",
    "FileName",
    "Foreign",
    "fold_headline",
    "fold_url",
    "format_document",
    "parse_document",
    "parse_foreign",
    "read_file_name",
]
