"""The Workshop in this very process: for tests, and where nobody minds what a bad page costs.

It runs the same functions on the same plain values as the supervised one and gives the same results; it cannot stop a
function that hangs, crashes or eats memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from broadsheet.adapters.jobs import call, load_function, pack, read_answer
from broadsheet.errors import EngineError
from broadsheet.model import Breakage, Job, Product


class InlineWorkshop:
    """See ``ports.Workshop``. ``functions`` are the import paths that jobs may name."""

    def __init__(self, functions: Sequence[str], *, max_result_bytes: int = 32 * 1024 * 1024) -> None:
        self._functions = {path: load_function(path) for path in functions}
        self._most = max_result_bytes
        self._closed = False

    def map(self, jobs: Iterable[Job]) -> Iterator[Product | Breakage]:
        """See ``ports.Workshop.map``."""
        if self._closed:
            raise EngineError("the Workshop is closed")
        return (self._run(job) for job in jobs)

    def close(self) -> None:
        """Take no more jobs."""
        self._closed = True

    def _run(self, job: Job) -> Product | Breakage:
        if self._closed:
            raise EngineError("the Workshop was closed while it was working")
        if job.function not in self._functions:
            raise EngineError(f"{job.function}: not a function of this Workshop")
        try:
            packed = pack(job.payload)
        except (TypeError, ValueError) as error:
            raise EngineError(f"{job.function}: the payload is not plain ({error})") from None
        return read_answer(job.key, call(self._functions[job.function], packed, self._most))
