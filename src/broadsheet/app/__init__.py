"""Settings -> a wired Broadsheet. The only importer of engines; faces call this and nothing below it to act."""

from broadsheet.app._broadsheet import Broadsheet
from broadsheet.app._config import CONFIG, STATE, add_outlet, init
from broadsheet.app._mirroring import clone
from broadsheet.app._parts import make_fetcher, open_desk

__all__ = ["CONFIG", "STATE", "Broadsheet", "add_outlet", "clone", "init", "make_fetcher", "open_desk"]
