"""Texts of any length for tests: sentences drawn by chance from signs and words, the same for the same seed."""

from __future__ import annotations

import random

SIGNS = "河边小城早晨下了一场雨集市照常开门市长说新桥将在秋天完工老人记得从前的渡船孩子们跑过石板路茶馆里坐满了人"
WORDS = [start + middle + end for start in "bdfghklmnprst" for middle in "aeiou" for end in ("lor", "ne", "st", "nder")]


def dense_sentences(seed: int, count: int) -> list[str]:
    """Chinese, 15 to 45 signs each."""
    rng = random.Random(seed)
    return ["".join(rng.choices(SIGNS, k=rng.randint(15, 45))) + "。" for _ in range(count)]


def spaced_sentences(seed: int, count: int) -> list[str]:
    """English words, 8 to 20 each, with a blank behind."""
    rng = random.Random(seed)
    return [" ".join(rng.choices(WORDS, k=rng.randint(8, 20))).capitalize() + ". " for _ in range(count)]


def keep_share(sentences: list[str], share: float, seed: int) -> list[str]:
    """So many of the sentences, at least as many characters as ``share`` says, in their order."""
    rng = random.Random(seed)
    order = list(range(len(sentences)))
    rng.shuffle(order)
    size, kept = 0, set[int]()
    whole = sum(map(len, sentences))
    for at in order:
        if size >= share * whole:
            break
        kept.add(at)
        size += len(sentences[at])
    return [sentences[at] for at in sorted(kept)]
