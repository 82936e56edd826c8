"""The Fetcher over HTTP: ``HttpFetcher`` and its ``FetchSettings``.

Every byte from a network comes through here, past the address guard (``_guard``) and the host pacing (``_pacing``).
``_fetcher`` is the face, ``_batch`` orders requests, ``_exchange`` carries one out, ``_body`` unpacks what came.
"""

from broadsheet.adapters.http._exchange import utc_now
from broadsheet.adapters.http._fetcher import HttpFetcher
from broadsheet.adapters.http._settings import FetchSettings

__all__ = ["FetchSettings", "HttpFetcher", "utc_now"]
