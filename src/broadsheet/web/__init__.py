"""The reader on the web: ``broadsheet serve``. Parses requests, asks ``pages`` and hands the Page to ``render``.

``Site`` answers without any socket; ``_server`` is the thin layer of aiohttp around it. Nothing is ever written to the
archive here.
"""

from __future__ import annotations

from broadsheet.web._door import Door, check_binding
from broadsheet.web._exchange import Ask, Reply
from broadsheet.web._server import ReaderServer, serve, serve_in_thread
from broadsheet.web._site import READY_BYTES, Site

__all__ = ["READY_BYTES", "Ask", "Door", "ReaderServer", "Reply", "Site", "check_binding", "serve", "serve_in_thread"]
