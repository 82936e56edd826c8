"""The Index in one SQLite file, for its writer and for processes that only read."""

from broadsheet.adapters.sqlite.articles._index import INDEX_VERSION, SqliteIndex
from broadsheet.adapters.sqlite.articles._read_only import ReadOnlySqliteIndex

__all__ = ["INDEX_VERSION", "ReadOnlySqliteIndex", "SqliteIndex"]
