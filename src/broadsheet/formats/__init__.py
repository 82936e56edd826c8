"""Bytes to values and back: feeds, documents, ledgers, captures, and what is published of them."""
