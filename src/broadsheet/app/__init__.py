"""Settings -> a wired Broadsheet. The only importer of engines; faces call this and nothing below it to act."""

from broadsheet.app._alerts import AlertReport, Alerts
from broadsheet.app._broadsheet import Broadsheet
from broadsheet.app._config import CONFIG, MIRROR, STATE, add_outlets, init
from broadsheet.app._doctor import Check, examine
from broadsheet.app._edition import EditionAccount, edition_rules, mail_edition, write_edition
from broadsheet.app._forecast import Forecast, forecast
from broadsheet.app._mirroring import clone, init_mirror
from broadsheet.app._parts import make_fetcher, open_desk
from broadsheet.app._site import (
    forecast_site,
    free_bytes,
    make_sources,
    publish_site,
    site_rules,
)
from broadsheet.render.words import size_in_words
from broadsheet.services.publish.site import MARKER as SITE_MARKER
from broadsheet.services.publish.site import check_target as check_site_target

__all__ = [
    "CONFIG",
    "MIRROR",
    "SITE_MARKER",
    "STATE",
    "AlertReport",
    "Alerts",
    "Broadsheet",
    "Check",
    "EditionAccount",
    "Forecast",
    "add_outlets",
    "check_site_target",
    "clone",
    "edition_rules",
    "examine",
    "forecast",
    "forecast_site",
    "free_bytes",
    "init",
    "init_mirror",
    "mail_edition",
    "make_fetcher",
    "make_sources",
    "open_desk",
    "publish_site",
    "site_rules",
    "size_in_words",
    "write_edition",
]
