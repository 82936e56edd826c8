"""Looks at articles again: what was edited, what vanished, what is back.

::

    sync     ledger lines  -> what is known of each article's page      (indexing, Looks)
    | choose   what is due   -> no more than each host's budget           (policy.revisits)
    | ask      its address   -> 304, the same bytes, another page, none   (Fetcher)
    | extract  page          -> article, in a supervised child            (Workshop, page_reading)
    | weigh    article       -> same, edited, waiting, flapping, refused  (keeping)
    | keep     another text  -> capture, pictures, document, ledger line  (captures, pictures, archive)
    | done     the look's state last, so that a kill costs a look         (Looks)

A page that is no article (error, consent, challenge, list, paywall), a text cut short and a page that is another
article's never become a revision. All of one batch is durable before its states are written.
"""

from __future__ import annotations

from broadsheet.services.revisit._looking import Looked, Looking

__all__ = ["Looked", "Looking"]
