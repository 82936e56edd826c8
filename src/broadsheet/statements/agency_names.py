"""What an agency that a person names is called here: ``法新社``, ``afp``, ``Agence France-Presse`` are all AFP."""

from __future__ import annotations

import functools

from broadsheet.statements._wire import NAMES
from broadsheet.text.words import find_runs


def find_agency_name(named: str) -> str | None:
    """The canonical name of the agency ``named`` in Chinese, Japanese or Latin letters; None for one not known."""
    return _names().get(find_runs(named))


def names_of(agency: str) -> tuple[str, ...]:
    """What the agency with the canonical name ``agency`` is called besides, in any language."""
    return NAMES.get(agency, ())


@functools.cache
def _names() -> dict[tuple[str, ...], str]:
    return {find_runs(alias): name for name, aliases in NAMES.items() for alias in (*aliases, name)}
