"""Answers derived from ledgers and documents, kept in step with them, and made anew from nothing."""
