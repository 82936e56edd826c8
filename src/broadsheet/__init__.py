"""Broadsheet keeps the news as plain files that a person can read and a program can prove whole."""

__version__ = "0.1.0"
