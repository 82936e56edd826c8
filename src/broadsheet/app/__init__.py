"""Settings -> a wired Broadsheet. The only importer of engines; faces call this and nothing below it to act."""

from broadsheet.app._broadsheet import Broadsheet
from broadsheet.app._config import CONFIG, MIRROR, STATE, add_outlet, init
from broadsheet.app._doctor import Check, Forecast, examine, forecast, size_in_words
from broadsheet.app._mirroring import clone, init_mirror
from broadsheet.app._parts import make_fetcher, open_desk

__all__ = [
    "CONFIG",
    "MIRROR",
    "STATE",
    "Broadsheet",
    "Check",
    "Forecast",
    "add_outlet",
    "clone",
    "examine",
    "forecast",
    "init",
    "init_mirror",
    "make_fetcher",
    "open_desk",
    "size_in_words",
]
