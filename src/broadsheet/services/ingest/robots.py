"""Remembers what hosts say in ``robots.txt``, between runs too; the rules themselves are in ``policy.robots``."""

from __future__ import annotations

import json
from collections import OrderedDict
from datetime import datetime
from urllib.parse import quote

from broadsheet.errors import EngineError, NotFoundError
from broadsheet.formats.ledger import format_instant, parse_instant
from broadsheet.model import RobotsAnswer, RobotsState
from broadsheet.policy.robots import Rules, after_asking, is_due, rules_of
from broadsheet.ports import Store

FOLDER = ".broadsheet/robots"
"""One file for each host. Disposable: what is lost is asked for again."""
_FORM = 1
_PARSED = 512


class RobotsBook:
    """The ``robots.txt`` of all hosts asked so far; see ``ports.Robots``. Without a ``store`` it forgets in the end."""

    def __init__(self, store: Store | None = None) -> None:
        self._store = store
        self._parsed: OrderedDict[str, tuple[RobotsState, Rules]] = OrderedDict()

    def find(self, origin: str, now: datetime) -> Rules | None:
        """The rules of ``origin`` that hold now; None where they have to be asked for."""
        state, rules = self._parsed.get(origin) or (self._read(origin), None)
        if state is None or is_due(state, now):
            return None
        return rules or self._remember(state, now)

    def note(self, origin: str, answer: RobotsAnswer, now: datetime) -> Rules:
        """Take in what came of asking ``origin``; returns the rules that hold from now on."""
        known = self._parsed.get(origin)
        state = after_asking(origin, known[0] if known else self._read(origin), answer, now)
        self._write(state)
        return self._remember(state, now)

    def _remember(self, state: RobotsState, now: datetime) -> Rules:
        rules = rules_of(state, now)
        self._parsed[state.origin] = (state, rules)
        if len(self._parsed) > _PARSED:
            self._parsed.popitem(last=False)
        return rules

    def _read(self, origin: str) -> RobotsState | None:
        """The state as it was written; None for one that cannot be read."""
        if self._store is None:
            return None
        try:
            stated = json.loads(self._store.get(_key(origin)))
            if stated["form"] != _FORM or stated["origin"] != origin:
                return None
            text, since = stated["text"], stated["failing_since"]
            return RobotsState(
                origin,
                parse_instant(stated["asked"]),
                None if text is None else str(text),
                parse_instant(since) if since else None,
                str(stated["reason"]),
            )
        except (NotFoundError, EngineError, ValueError, TypeError, KeyError, AttributeError):
            return None

    def _write(self, state: RobotsState) -> None:
        if self._store is None:
            return
        stated = {
            "form": _FORM,
            "origin": state.origin,
            "asked": format_instant(state.asked),
            "text": state.text,
            "failing_since": format_instant(state.failing_since) if state.failing_since else None,
            "reason": state.reason,
        }
        self._store.replace(_key(state.origin), json.dumps(stated).encode("ascii"))


def _key(origin: str) -> str:
    return f"{FOLDER}/{quote(origin, safe='')[:200]}.json"
