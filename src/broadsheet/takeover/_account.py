"""What became of every file of an import."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

_MOST_PROBLEMS = 1000
"""Sentences kept for people; beyond that they are only counted, so that a folder of a million oddities stays cheap."""


@dataclass
class Takeover:
    """The account of an import: ``listed = kept + known + skipped(reason) + failed(reason)``.

    ``revised`` is how many of ``kept`` are later revisions; ``problems`` has a sentence with file and reason for
    everything skipped or failed; ``dialects`` counts files by form and ``notes`` what was forgiven in them.
    """

    source: str = ""
    listed: int = 0
    kept: int = 0
    revised: int = 0
    known: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    dialects: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    unsaid: int = 0

    @property
    def is_balanced(self) -> bool:
        """Whether every listed file is accounted for."""
        return self.listed == self.kept + self.known + self.skipped.total() + self.failed.total()

    @property
    def sentence(self) -> str:
        """The line of account for people."""
        revised = f" ({self.revised} as later revisions)" if self.revised else ""
        unsaid = f"; {self.unsaid} more problems are not shown" if self.unsaid else ""
        return (
            f"{self.source}: listed {self.listed} = kept {self.kept}{revised} + known {self.known}"
            f" + skipped {_with_reasons(self.skipped)} + failed {_with_reasons(self.failed)}{unsaid}"
        )

    def skip(self, reason: str, sentence: str) -> None:
        """Count a file whose text is not kept on purpose."""
        self.skipped[reason] += 1
        self.complain(sentence)

    def fail(self, reason: str, sentence: str) -> None:
        """Count a file that could not be taken over."""
        self.failed[reason] += 1
        self.complain(sentence)

    def complain(self, sentence: str) -> None:
        """Keep a sentence for people, up to a bound."""
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(sentence)
        else:
            self.unsaid += 1

    def account(self) -> dict[str, object]:
        """The account without the sentences, for the ledger's line of account."""
        return {
            "source": self.source,
            "listed": self.listed,
            "kept": self.kept,
            "revised": self.revised,
            "known": self.known,
            "skipped": dict(sorted(self.skipped.items())),
            "failed": dict(sorted(self.failed.items())),
            "dialects": dict(sorted(self.dialects.items())),
            "notes": dict(sorted(self.notes.items())),
        }

    def as_json(self) -> dict[str, object]:
        """The account with its sentences."""
        return {**self.account(), "problems": list(self.problems), "problems_not_shown": self.unsaid}


def _with_reasons(counts: Counter[str]) -> str:
    if not counts:
        return "0"
    return f"{counts.total()} (" + ", ".join(f"{reason} {count}" for reason, count in sorted(counts.items())) + ")"
