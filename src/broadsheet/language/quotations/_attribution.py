"""What a rule says of quoted words: whose they are and which verb governs them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attribution:
    """Speaker and reporting verb as places in the block, None where no rule is sure.

    ``is_direct``: the verb stands beside the quoted words, which are its object; otherwise they are part of a
    sentence that it governs.
    """

    speaker: tuple[int, int] | None
    verb: tuple[int, int] | None
    is_direct: bool
