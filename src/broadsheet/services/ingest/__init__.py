"""The path of an article, from a feed that is due to the ledger line: ``pipeline`` tells it in order."""
