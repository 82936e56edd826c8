"""Stories and families in one SQLite file (WAL): disposable, one writer, many readers."""

from broadsheet.adapters.sqlite.groups._engine import SqliteGroups
from broadsheet.adapters.sqlite.groups._reading import ReadOnlySqliteGroups

__all__ = ["ReadOnlySqliteGroups", "SqliteGroups"]
