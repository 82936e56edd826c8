"""Draws new examples for every property, and writes what fails as a test: ``./run fuzz``, ``python -m tests.fuzzing``.

Tests and CI draw the same examples every time. Here they are new ones in each round, until the time is up. The smallest
example of each failure is written beside its test, as a module that calls the property with the values as Python spells
them: it fails until the fault is mended, draws nothing, and can be committed as it stands.
"""

from __future__ import annotations

import argparse
import ast
import base64
import copy
import dataclasses
import enum
import hashlib
import inspect
import pickle
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta, timezone
from datetime import time as clock_time
from functools import wraps
from pathlib import Path, PurePath
from typing import Any

import pytest
from hypothesis import given, is_hypothesis_test, reproduce_failure, settings
from hypothesis.strategies import DataObject

_NAME = "test_found_{name}_{digest}.py"
_BLOB = re.compile(r"@reproduce_failure\('([^']*)', (b'[^']*')\)")

Property = Callable[..., Any]
"""A test under ``@given``."""


# -- properties among the tests ------------------------------------------------------------------------------------


def iter_properties(items: Iterable[pytest.Item]) -> Iterator[Property]:
    """The properties among collected tests, each once."""
    seen: set[int] = set()
    for item in items:
        test = _test_of(item)
        if test is not None and id(test) not in seen:
            seen.add(id(test))
            yield test


def _test_of(item: pytest.Item) -> Property | None:
    test = item.obj if isinstance(item, pytest.Function) else None
    test = getattr(test, "__func__", test)
    return test if test is not None and is_hypothesis_test(test) else None


def settings_of(test: Property) -> settings:
    """How a property draws."""
    found: settings = getattr(test, "_hypothesis_internal_use_settings", None) or settings()
    return found


def draw(test: Property, **changes: Any) -> None:
    """Have a property draw otherwise than it says."""
    test._hypothesis_internal_use_settings = settings(settings_of(test), **changes)  # type: ignore[attr-defined]


def _inner(test: Property) -> Property:
    inner: Property = test.hypothesis.inner_test  # type: ignore[attr-defined]
    return inner


# -- what a written test calls ---------------------------------------------------------------------------------------


def again(test: Property, **values: Any) -> None:
    """Hold the property ``test`` against these values alone."""
    _inner(test)(**values)


def replayed(test: Property, version: str, blob: bytes) -> Property:
    """The property ``test`` on what Hypothesis of this version drew, for values that cannot be spelt."""
    strategies: dict[str, Any] = test.hypothesis._given_kwargs  # type: ignore[attr-defined]
    return reproduce_failure(version, blob)(settings(settings_of(test))(given(**strategies)(_inner(test))))


class Drawn:
    """Stands for ``st.data()``: draws what was drawn when the property failed."""

    def __init__(self, values: Iterable[Any]) -> None:
        self._values = iter(values)

    def draw(self, strategy: object, label: object = None) -> Any:
        """The next value, whatever is asked for."""
        return next(self._values)


def unpickled(text: str) -> Any:
    """A value that has no spelling of its own."""
    return pickle.loads(base64.b64decode(text))


# -- values as Python spells them ------------------------------------------------------------------------------------


class Unspellable(Exception):
    """A value that neither a spelling nor a pickle brings back."""


@dataclasses.dataclass
class Speller:
    """Spells values, and gathers what a module must import to read them."""

    imports: set[str] = dataclasses.field(default_factory=set)

    def spell(self, value: Any) -> str:
        """Python that evaluates to ``value``; Unspellable if there is none."""
        if isinstance(value, _Recorder):
            self.imports.add("from tests.fuzzing import Drawn")
            return f"Drawn({self.spell(value.drawn)})"
        kind = type(value)
        if kind in (list, tuple, set, frozenset, dict):
            return self._spell_container(value)
        if isinstance(value, enum.Enum):
            return f"{self._name(kind)}.{value.name}"
        if kind in (datetime, date, clock_time, timedelta, timezone):
            self.imports.add("import datetime")
            return repr(value)
        if isinstance(value, PurePath):
            self.imports.add("from pathlib import Path")
            return f"Path({str(value)!r})"
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            told = ((one.name, getattr(value, one.name)) for one in dataclasses.fields(value) if one.init)
            return f"{self._name(kind)}({', '.join(f'{name}={self.spell(held)}' for name, held in told)})"
        if (kind is float and value != value) or value in (float("inf"), float("-inf")):
            return f'float("{value}")'
        try:
            if ast.literal_eval(repr(value)) == value:
                return repr(value)
        except (ValueError, SyntaxError):
            pass
        return self._pickle(value)

    def _spell_container(self, value: Any) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f"{self.spell(key)}: {self.spell(held)}" for key, held in value.items()) + "}"
        inside = ", ".join(map(self.spell, value))
        if isinstance(value, tuple):
            return f"({inside},)" if value else "()"
        if isinstance(value, list):
            return f"[{inside}]"
        return f"{type(value).__name__}([{inside}])"

    def _name(self, kind: type) -> str:
        if "." in kind.__qualname__ or kind.__module__ == "__main__":
            raise Unspellable(kind.__qualname__)
        self.imports.add(f"from {kind.__module__} import {kind.__name__}")
        return kind.__name__

    def _pickle(self, value: Any) -> str:
        try:
            packed = base64.b64encode(pickle.dumps(value)).decode()
            unpickled(packed)
        except Exception as error:
            raise Unspellable(repr(value)[:80]) from error
        self.imports.add("from tests.fuzzing import unpickled")
        return f"unpickled({packed!r})"


# -- the module of one failure ---------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Found:
    """A property that failed: where it is, with which values, and what its fixtures are called."""

    module: str
    name: str
    values: Mapping[str, Any]
    fixtures: tuple[str, ...] = ()
    own_fixtures: tuple[str, ...] = ()
    blob: tuple[str, str] | None = None

    def write(self, folder: Path) -> Path | None:
        """Write the failing test into ``folder``; None if nothing can bring the failure back."""
        try:
            text = self._by_values()
        except Unspellable:
            if self.blob is None:
                return None
            text = self._by_blob(*self.blob)
        digest = hashlib.sha256(text.encode()).hexdigest()[:8]
        path = folder / _NAME.format(name=self.name.removeprefix("test_")[:60], digest=digest)
        path.write_text(text.replace("DIGEST", digest), "utf-8")
        return path

    def _by_values(self) -> str:
        speller = Speller()
        values = [f"{name}={speller.spell(value)}" for name, value in self.values.items()]
        values += [f"{name}={name}" for name in self.fixtures]
        parameters = ", ".join(f"{name}: Any" for name in self.fixtures)
        lines = "".join(f"        {value},\n" for value in values)
        imports = {*speller.imports, "from tests.fuzzing import again"}
        if self.fixtures:
            imports.add("from typing import Any")
        call = f"def test_found_DIGEST({parameters}) -> None:\n    again(\n        found,\n{lines}    )\n"
        return self._module(imports, call)

    def _by_blob(self, version: str, blob: str) -> str:
        return self._module(
            {"from tests.fuzzing import replayed"}, f"test_found_DIGEST = replayed(found, {version!r}, {blob})\n"
        )

    def _module(self, imports: set[str], body: str) -> str:
        own = "".join(f"from {self.module} import {name} as {name}\n" for name in self.own_fixtures)
        return (
            f'"""``{self.module}.{self.name}`` does not hold for this: found by ./run fuzz."""\n\n'
            "# ruff: noqa: E501, F811, I001\n\nfrom __future__ import annotations\n\n"
            + "".join(f"{line}\n" for line in sorted(imports))
            + own
            + f"from {self.module} import {self.name} as found\n\n\n{body}"
        )


class _Recorder:
    """Stands before ``st.data()`` and notes what it draws."""

    def __init__(self, source: DataObject) -> None:
        self._source = source
        self.drawn: list[Any] = []

    def draw(self, strategy: Any, label: Any = None) -> Any:
        value = self._source.draw(strategy, label)
        self.drawn.append(value)
        return value


def _as_it_was(value: Any) -> Any:
    """A copy of what the test itself may change."""
    return copy.deepcopy(value) if type(value) in (list, dict, set, bytearray) else value


# -- under pytest ----------------------------------------------------------------------------------------------------


def add_options(parser: pytest.Parser) -> None:
    """The options of one round."""
    group = parser.getgroup("fuzz", "new examples for properties (./run fuzz)")
    group.addoption("--fuzz", type=int, default=0, metavar="EXAMPLES", help="draw so many new examples per property")
    group.addoption("--fuzz-until", type=float, default=float("inf"), help="begin no property after this time")


class Fuzzing:
    """One round: properties only, with new examples; the last failing call of each becomes a test."""

    def __init__(self, config: pytest.Config) -> None:
        self._examples: int = config.getoption("fuzz")
        self._until: float = config.getoption("fuzz_until")
        self._failing: dict[str, dict[str, Any]] = {}

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Leave the properties, and have them draw."""
        others = [item for item in items if _test_of(item) is None]
        items[:] = [item for item in items if _test_of(item) is not None]
        config.hook.pytest_deselected(items=others)
        for test in iter_properties(items):
            draw(test, max_examples=self._examples, derandomize=False, database=None, print_blob=True)
            test.hypothesis.inner_test = self._watched(_inner(test))  # type: ignore[attr-defined]

    def _watched(self, inner: Property) -> Property:
        @wraps(inner)
        def watch(**values: Any) -> None:
            handed = {name: _Recorder(one) if isinstance(one, DataObject) else one for name, one in values.items()}
            noted = {name: _as_it_was(one) for name, one in handed.items()}
            try:
                inner(**handed)
            except Exception:
                self._failing[inner.__module__ + inner.__qualname__] = noted
                raise

        return watch

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Begin nothing more once the time is up."""
        if time.time() > self._until:
            pytest.skip("the time is up")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
        """Write what failed, and say where."""
        report = yield
        test = _test_of(item)
        if test is not None and call.when == "call" and call.excinfo is not None and report.failed:  # type: ignore[attr-defined]
            report.sections.append(("found by ./run fuzz", self._write(item, test, call.excinfo.value)))  # type: ignore[attr-defined]
        return report

    def _write(self, item: pytest.Item, test: Property, error: BaseException) -> str:
        assert isinstance(item, pytest.Function)
        inner = _inner(test)
        values = self._failing.pop(inner.__module__ + inner.__qualname__, None)
        if values is None:
            return "failed outside the property itself: nothing is written"
        given_outside = [name for name in inspect.signature(test).parameters if name in values]
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        fixtures = tuple(name for name in given_outside if name not in parameters)
        told = _BLOB.search("\n".join(getattr(error, "__notes__", ())))
        found = Found(
            module=inner.__module__,
            name=inner.__name__,
            values={name: value for name, value in values.items() if name not in fixtures},
            fixtures=fixtures,
            own_fixtures=tuple(sorted(_fixtures_of_module(item, fixtures))),
            blob=(told[1], told[2]) if told else None,
        )
        path = found.write(item.path.parent)
        return f"{path} is written; it fails until the fault is mended" if path else "its values cannot be written down"


def _fixtures_of_module(item: pytest.Function, names: Iterable[str]) -> set[str]:
    """Those fixtures, with all they rest on, that the test's own module defines or imports."""
    definitions = item._fixtureinfo.name2fixturedefs
    needed, left = set[str](), list(names)
    while left:
        name = left.pop()
        if name in needed or name not in definitions:
            continue
        needed.add(name)
        left += definitions[name][-1].argnames
    return {name for name in needed if hasattr(item.module, name)}


# -- rounds ----------------------------------------------------------------------------------------------------------


def main() -> int:
    """Rounds of new examples until the time is up; 1 if anything was found."""
    parser = argparse.ArgumentParser(
        prog="./run fuzz",
        description="Draw new examples for every property, round after round; what fails is written as a test.",
        epilog="Example: ./run fuzz --minutes 30 tests/test_html.py. Anything else goes to pytest (-k WORD, -n 2).",
    )
    parser.add_argument("--minutes", type=float, default=5.0, help="how long (default: 5); a property begun is ended")
    parser.add_argument("--examples", type=int, default=200, help="examples per property and round (default: 200)")
    known, rest = parser.parse_known_args()
    until = time.time() + known.minutes * 60
    failed, rounds = False, 0
    while not failed and (time.time() < until or not rounds):
        rounds += 1
        options = ["-m", "", "--fuzz", str(known.examples), "--fuzz-until", str(until), "--tb", "short"]
        code = subprocess.run([sys.executable, "-m", "pytest", *options, *rest], check=False).returncode
        if code not in (0, 1):
            return code
        failed = code == 1
    print(
        f"{rounds} rounds of {known.examples} new examples per property: {'see above' if failed else 'nothing found'}"
    )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
