"""Ports made real in SQLite, a file each; what they share is how a file is opened (``_connection``)."""
