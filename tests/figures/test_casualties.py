"""Trial: casualties that a narrow expression finds for certain in real reports are all read, with their role."""

from __future__ import annotations

import json
import lzma
import re
from pathlib import Path

from broadsheet.model import Figure
from broadsheet.statements.figures import find_figures

_CERTAIN = re.compile(
    "(?<![0-9０-９.,，、第至到~-])([0-9]{1,4})(?:名[\u4e00-\u9fff]{0,3}|人)(死亡|遇难|受伤|失踪|获救)(?!者|人数)"
)
_ROLES = {"死亡": "dead", "遇难": "dead", "受伤": "injured", "失踪": "missing", "获救": "rescued"}


def test_casualties_of_emergency_reports(shared: Path) -> None:
    with lzma.open(shared / "stories" / "cec-zh.jsonl.xz", "rt", encoding="utf-8") as lines:
        bodies = [json.loads(line)["body"] for line in lines if line.strip()]
    certain = read = 0
    for body in bodies:
        figures = find_figures(body)
        for match in _CERTAIN.finditer(body):
            certain += 1
            figure = next((each for each in figures if each.start <= match.start() < each.end), None)
            read += figure is not None and figure.role == _ROLES[match[2]] and _holds(figure, int(match[1]))
    assert certain > 100
    assert read / certain >= 0.97


def _holds(figure: Figure, value: int) -> bool:
    return (figure.low or 0) <= value and (figure.high is None or value <= figure.high)
