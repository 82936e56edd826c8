"""The Index in one SQLite file, for its writer and for processes that only read."""

from broadsheet.engines.index_sqlite._index import INDEX_VERSION, SqliteIndex
from broadsheet.engines.index_sqlite._read_only import ReadOnlySqliteIndex

__all__ = ["INDEX_VERSION", "ReadOnlySqliteIndex", "SqliteIndex"]
