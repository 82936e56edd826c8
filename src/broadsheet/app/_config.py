"""``broadsheet.toml``: written for a new archive, read, and added to without losing the owner's comments."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import tomlkit
import tomlkit.items

from broadsheet.adapters.files import FileStore
from broadsheet.errors import SettingsError
from broadsheet.model import Outlet
from broadsheet.settings import Settings, as_toml, iter_reference, parse_settings

CONFIG = "broadsheet.toml"
STATE = ".broadsheet"
MIRROR = "mirror.git"
"""The archive's own bare repository. It stands outside ``.broadsheet/`` since it cannot be made again: commits are
witnesses of when they were made."""


def init(root: Path, *, name: str | None = None) -> Path:
    """Make a folder into an archive: a commented ``broadsheet.toml``. SettingsError if there is one already."""
    path = root / CONFIG
    if path.exists():
        raise SettingsError(f"{path}: is there already; nothing was changed")
    root.mkdir(parents=True, exist_ok=True)
    FileStore(root).replace(CONFIG, first_config(name or root.absolute().name).encode())
    ignore = root / ".gitignore"
    if not ignore.exists():
        ignore.write_text(f"/{STATE}/\n/{MIRROR}/\n", "utf-8")
    return path


def first_config(name: str) -> str:
    """``broadsheet.toml`` for a new archive: every setting with its default, in comments."""
    lines = ["# What this archive follows, and how. Every line that starts with # shows a default.", ""]
    section = ""
    for table, key, default, help_text in iter_reference():
        if table != section:
            section = table
            lines += ["", f"[{table}]"]
        lines.append(f"# {help_text}")
        lines.append(f"name = {as_toml(name)}" if (table, key) == ("", "name") else f"# {key} = {default}")
    lines += [
        "",
        "# Outlets: broadsheet follow ADDRESS writes them here. Or by hand:",
        "#",
        "# [outlets.example]",
        '# name = "The Example"',
        '# home_url = "https://news.example/"',
        '# language = "zh-Hans"',
        '# feeds = ["https://news.example/rss.xml"]',
    ]
    return "\n".join(lines) + "\n"


def add_outlets(text: str, outlets: Iterable[Outlet], recipe: str | None = None) -> str:
    """``text`` of broadsheet.toml with ``outlets``, or with the feeds of each added to the outlet of the same id."""
    document = tomlkit.parse(text)
    tables = document.setdefault("outlets", tomlkit.table(is_super_table=True))
    for outlet in outlets:
        if outlet.id in tables:
            tables[outlet.id].setdefault("feeds", tomlkit.array()).extend(outlet.feeds)
        else:
            tables[outlet.id] = _table_of(outlet, recipe)
    return tomlkit.dumps(document)


def _table_of(outlet: Outlet, recipe: str | None) -> tomlkit.items.Table:
    table = tomlkit.table()
    for key, value in (
        ("name", outlet.name),
        ("home_url", outlet.home_url),
        ("language", outlet.language),
        ("recipe", recipe),
    ):
        if value:
            table[key] = value
    if outlet.feeds:
        table["feeds"] = list(outlet.feeds)
    return table


def read_settings(path: Path) -> Settings:
    """The settings in the file ``path``; SettingsError for what is wrong in it."""
    try:
        return parse_settings(path.read_text("utf-8"), where=str(path))
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: not UTF-8 at byte {error.start}") from None
