"""A small newsroom that ships with Broadsheet: five fictional outlets in Chinese and English, served on loopback.

It is what a newcomer sees first and what the tests of every feature read: feeds in five dialects, pages with all that
stands around a text, pictures, edits, walls, errors, and stories that several outlets tell differently. Places,
people and agencies do not exist. Every article, date and edit is written in ``content/*.toml``; ``expected`` says
what a perfect reader would make of them.
"""

from __future__ import annotations

from broadsheet.demo.desk import MOMENT, ROUNDS, Conflict, StoryTruth, read_names
from broadsheet.demo.expected import Expected, ExpectedPicture, expected_articles, expected_stories
from broadsheet.demo.server import Newsroom, OutletRow, Visit, config_toml, describe, follow_newsroom, serve

__all__ = [
    "MOMENT",
    "ROUNDS",
    "Conflict",
    "Expected",
    "ExpectedPicture",
    "Newsroom",
    "OutletRow",
    "StoryTruth",
    "Visit",
    "config_toml",
    "describe",
    "expected_articles",
    "expected_stories",
    "follow_newsroom",
    "read_names",
    "serve",
]
