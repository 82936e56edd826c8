"""Stories and families in one SQLite file (WAL): disposable, one writer, many readers."""

from broadsheet.engines.groups_sqlite._engine import SqliteGroups
from broadsheet.engines.groups_sqlite._reading import ReadOnlySqliteGroups

__all__ = ["ReadOnlySqliteGroups", "SqliteGroups"]
