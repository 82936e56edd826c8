"""The words of the trade as frozen values. No input, output, clock or rule lives here.

Instants are aware datetimes in UTC; durations are seconds and end in ``_s``; digests are lower-case SHA-256 hex.
"""

from broadsheet.model._archive import Change, Holding, HoldingQuery, MonthCount, Revision
from broadsheet.model._fetching import Capture, Failure, Hop, Request
from broadsheet.model._jobs import Breakage, Job, Product
from broadsheet.model._news import Agency, Article, Document, Enclosure, Entry, Feed, Outlet, Picture, PublishedFrom
from broadsheet.model._polling import LONGEST_WAIT_S, SEEN_GONE_MOST, SEEN_KEPT_S, FeedState, HostState, Move
from broadsheet.model._search import (
    AllOf,
    AnyOf,
    Between,
    Condition,
    Excerpt,
    Facet,
    Hit,
    Hits,
    Matches,
    Not,
    Query,
    Searchable,
    Trait,
    Word,
)

__all__ = [
    "LONGEST_WAIT_S",
    "SEEN_GONE_MOST",
    "SEEN_KEPT_S",
    "Agency",
    "AllOf",
    "AnyOf",
    "Article",
    "Between",
    "Breakage",
    "Capture",
    "Change",
    "Condition",
    "Document",
    "Enclosure",
    "Entry",
    "Excerpt",
    "Facet",
    "Failure",
    "Feed",
    "FeedState",
    "Hit",
    "Hits",
    "Holding",
    "HoldingQuery",
    "Hop",
    "HostState",
    "Job",
    "Matches",
    "MonthCount",
    "Move",
    "Not",
    "Outlet",
    "Picture",
    "Product",
    "PublishedFrom",
    "Query",
    "Request",
    "Revision",
    "Searchable",
    "Trait",
    "Word",
]
