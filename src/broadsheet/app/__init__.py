"""Settings -> a wired Broadsheet. The only importer of engines; faces call this and nothing below it to act."""

from broadsheet.app._broadsheet import Broadsheet
from broadsheet.app._config import CONFIG, STATE, add_outlets, init
from broadsheet.app._parts import make_fetcher, open_desk
from broadsheet.app._site import (
    forecast_site,
    free_bytes,
    make_sources,
    publish_site,
    site_rules,
)
from broadsheet.publishing.site import MARKER as SITE_MARKER
from broadsheet.publishing.site import check_target as check_site_target

__all__ = [
    "CONFIG",
    "SITE_MARKER",
    "STATE",
    "Broadsheet",
    "add_outlets",
    "check_site_target",
    "forecast_site",
    "free_bytes",
    "init",
    "make_fetcher",
    "make_sources",
    "open_desk",
    "publish_site",
    "site_rules",
]
