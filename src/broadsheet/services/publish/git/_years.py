"""Which years go to repositories of their own, so that no repository outgrows its host."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from broadsheet.formats.ledger import iter_lines, parse_line
from broadsheet.services.archive import Archive


def measure_years(archive: Archive) -> Counter[str]:
    """Bytes of documents and pictures by the year of the articles' first dates. A picture counts in each year that
    shows it, as it is published with each."""
    sizes: Counter[str] = Counter()
    for path, size in archive.store.iter_keys("articles"):
        sizes[path.split("/")[2]] += size
    pictures = {key.rpartition("/")[2].partition(".")[0]: size for key, size in archive.store.iter_keys("pictures")}
    seen: set[tuple[str, str]] = set()
    for file, _ in archive.iter_ledger_files():
        year = file.rpartition("/")[2][:4]
        for number, line in iter_lines(archive.store.get(file)):
            for digest in filter(None, parse_line(line, where=f"{file}:{number}").pictures.values()):
                if (year, digest) not in seen:
                    seen.add((year, digest))
                    sizes[year] += pictures.get(digest, 0)
    return sizes


def choose_years(sizes: Counter[str], bound: int, away: Collection[str]) -> list[str]:
    """Years, oldest first, that must leave the main repository so that what stays is at most ``bound`` bytes.

    Years that are ``away`` already do not count. The newest year always stays.
    """
    here = sorted(year for year in sizes if year not in away)
    total, leaving = sum(sizes[year] for year in here), []
    for year in here[:-1]:
        if total <= bound:
            break
        leaving.append(year)
        total -= sizes[year]
    return leaving
