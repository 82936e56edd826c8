"""Settings -> a wired Broadsheet. The only importer of adapters; faces call this and nothing below it to act.

A name is imported when it is asked for, so that a command costs the engines it uses and no others.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from broadsheet.app._alerts import AlertReport as AlertReport
    from broadsheet.app._alerts import Alerts as Alerts
    from broadsheet.app._broadsheet import Broadsheet as Broadsheet
    from broadsheet.app._config import CONFIG as CONFIG
    from broadsheet.app._config import MIRROR as MIRROR
    from broadsheet.app._config import STATE as STATE
    from broadsheet.app._config import add_outlets as add_outlets
    from broadsheet.app._config import init as init
    from broadsheet.app._doctor import Check as Check
    from broadsheet.app._doctor import examine as examine
    from broadsheet.app._edition import EditionAccount as EditionAccount
    from broadsheet.app._edition import edition_rules as edition_rules
    from broadsheet.app._edition import mail_edition as mail_edition
    from broadsheet.app._edition import write_edition as write_edition
    from broadsheet.app._forecast import Forecast as Forecast
    from broadsheet.app._forecast import forecast as forecast
    from broadsheet.app._mirroring import clone as clone
    from broadsheet.app._mirroring import init_mirror as init_mirror
    from broadsheet.app._parts import make_fetcher as make_fetcher
    from broadsheet.app._parts import open_desk as open_desk
    from broadsheet.app._site import forecast_site as forecast_site
    from broadsheet.app._site import free_bytes as free_bytes
    from broadsheet.app._site import make_sources as make_sources
    from broadsheet.app._site import publish_site as publish_site
    from broadsheet.app._site import site_rules as site_rules
    from broadsheet.services.publish import site

    SITE_MARKER = site.MARKER
    check_site_target = site.check_target

_PLACES = {
    "_broadsheet": ("Broadsheet",),
    "_config": ("CONFIG", "MIRROR", "STATE", "add_outlets", "init"),
    "_alerts": ("AlertReport", "Alerts"),
    "_doctor": ("Check", "examine"),
    "_forecast": ("Forecast", "forecast"),
    "_edition": ("EditionAccount", "edition_rules", "mail_edition", "write_edition"),
    "_mirroring": ("clone", "init_mirror"),
    "_parts": ("make_fetcher", "open_desk"),
    "_site": ("forecast_site", "free_bytes", "make_sources", "publish_site", "site_rules"),
}
_OTHER_NAMES = {"SITE_MARKER": ("_site", "MARKER"), "check_site_target": ("_site", "check_target")}
_NAMES = {name: (module, name) for module, names in _PLACES.items() for name in names} | _OTHER_NAMES

__all__ = list(_NAMES)


def __getattr__(name: str) -> object:
    if name not in _NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, own = _NAMES[name]
    return getattr(importlib.import_module(f"{__name__}.{module}"), own)
