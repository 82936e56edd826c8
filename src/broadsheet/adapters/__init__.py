"""Ports made real: files, SQLite, tantivy, HTTP, the sandbox of foreign pages. Only ``app`` imports them."""
