"""The account of a round: what became of every entry that feeds listed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Account:
    """``listed = kept + known + skipped(reason) + failed(reason)``. ``polled`` counts feeds by outcome.

    ``revised`` is how many of ``kept`` were later revisions; ``pages`` and ``pictures`` count what was fetched by how
    it went, ``looks`` the articles that were looked at again by what came of it, which stand outside that sum;
    ``complaints`` holds one sentence per failure, for people.
    """

    listed: int = 0
    kept: int = 0
    revised: int = 0
    known: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    polled: Counter[str] = field(default_factory=Counter)
    pages: Counter[str] = field(default_factory=Counter)
    pictures: Counter[str] = field(default_factory=Counter)
    looks: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)

    @property
    def is_balanced(self) -> bool:
        """Whether every listed entry is accounted for."""
        return self.listed == self.kept + self.known + self.skipped.total() + self.failed.total()

    def fail(self, reason: str, sentence: str) -> None:
        """Count an entry that could not be kept, and say why."""
        self.failed[reason] += 1
        self.complaints.append(sentence)

    def add(self, other: Account) -> None:
        """Take ``other`` into this account."""
        self.listed += other.listed
        self.kept += other.kept
        self.revised += other.revised
        self.known += other.known
        for mine, its in self._counters(other):
            mine.update(its)
        self.complaints.extend(other.complaints)

    def _counters(self, other: Account) -> list[tuple[Counter[str], Counter[str]]]:
        names = ("skipped", "failed", "polled", "pages", "pictures", "looks")
        return [(getattr(self, name), getattr(other, name)) for name in names]

    def as_json(self) -> dict[str, object]:
        """The account as the ledger's line of account and ``--json`` state it."""
        return {
            "listed": self.listed,
            "kept": self.kept,
            "revised": self.revised,
            "known": self.known,
            **{
                name: dict(sorted(getattr(self, name).items()))
                for name in ("skipped", "failed", "polled", "pages", "pictures", "looks")
            },
        }
