"""What became of every file of an import."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from broadsheet.services.importing._sources import Refusal


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that was not kept: its name (empty where it is of no one file), a countable reason, a sentence."""

    name: str
    reason: str
    sentence: str


@dataclass
class Takeover:
    """The account of an import: ``listed = kept + known + skipped(reason) + failed(reason)``.

    ``revised`` is how many of ``kept`` are later revisions, ``outlets`` counts these by outlet; ``problems`` names
    everything skipped or failed, up to ``most`` (None: all of them), so that a folder of a million oddities
    stays cheap; ``dialects`` counts files by form and ``notes`` what was forgiven in them.
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
    outlets: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    unsaid: int = 0
    most: int | None = 1000

    @property
    def is_balanced(self) -> bool:
        """Whether every listed file is accounted for."""
        return self.listed == self.kept + self.known + self.skipped.total() + self.failed.total()

    @property
    def sentence(self) -> str:
        """The line of account for people."""
        revised = f" ({self.revised} as later revisions)" if self.revised else ""
        return (
            f"{self.source}: listed {self.listed} = kept {self.kept}{revised} + known {self.known}"
            f" + skipped {_with_reasons(self.skipped)} + failed {_with_reasons(self.failed)}"
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in the archive for it: neither kept now nor known from before."""
        return not (self.kept or self.known)

    def refuse(self, refusal: Refusal) -> None:
        """Count a file that is no document, or one that cannot be taken over."""
        (self.skipped if refusal.is_other else self.failed)[refusal.reason] += 1
        self._name(Problem(refusal.name, refusal.reason, refusal.sentence))

    def skip(self, name: str, reason: str, sentence: str) -> None:
        """Count a file whose text is not kept on purpose."""
        self.skipped[reason] += 1
        self._name(Problem(name, reason, f"{name}: {sentence}"))

    def fail(self, name: str, reason: str, sentence: str) -> None:
        """Count a file that could not be taken over."""
        self.failed[reason] += 1
        self._name(Problem(name, reason, f"{name}: {sentence}"))

    def complain(self, sentence: str) -> None:
        """Tell people of something that is of no one file."""
        self._name(Problem("", "", sentence))

    def _name(self, problem: Problem) -> None:
        if self.most is None or len(self.problems) < self.most:
            self.problems.append(problem)
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
            "outlets": dict(sorted(self.outlets.items())),
            "dialects": dict(sorted(self.dialects.items())),
            "notes": dict(sorted(self.notes.items())),
        }

    def as_json(self) -> dict[str, object]:
        """The account with its sentences."""
        problems = [{"file": one.name, "reason": one.reason, "sentence": one.sentence} for one in self.problems]
        return {**self.account(), "problems": problems, "problems_not_shown": self.unsaid}


def _with_reasons(counts: Counter[str]) -> str:
    if not counts:
        return "0"
    return f"{counts.total()} (" + ", ".join(f"{reason} {count}" for reason, count in sorted(counts.items())) + ")"
