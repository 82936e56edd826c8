"""What runs in a child of ``adapters.sandbox``: a job's function, within its limits, until the input ends.

The pipes are moved out of the way first, so that whatever a library prints goes nowhere and cannot be taken for an
answer. The processor time of a job is limited by ITIMER_PROF, not by RLIMIT_CPU: that one counts whole seconds since
the process began. Both timers end the process from outside of Python, so C code that never returns is ended, too;
the one of wall time is there for the day when the parent is not. This stands outside of the parent's room so that a
child loads nothing of it.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from typing import BinaryIO, Final

from broadsheet.adapters.jobs import ANSWER_HEAD, JOB_HEAD, TAKEN, break_off, call, load_function

_SPARE: Final = 16 * 1024 * 1024
_NETWORK: Final = frozenset(
    {"socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"}
)


def main() -> None:
    """Serve jobs from standard input; the one argument is JSON with functions and limits."""
    stated = json.loads(sys.argv[1])
    source, target = _take_pipes()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for number in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    sys.addaudithook(_refuse_network)
    try:
        functions = [load_function(path) for path in stated["functions"]]
        _limit_memory(int(stated["memory_bytes"]))
    except Exception as error:
        _send(target, break_off("start", f"{type(error).__name__}: {error}"))
        return
    _send(target, TAKEN)
    while len(head := source.read(JOB_HEAD.size)) == JOB_HEAD.size:
        length, number = JOB_HEAD.unpack(head)
        packed = source.read(length)
        if len(packed) < length:
            return
        _send(target, TAKEN)
        signal.setitimer(signal.ITIMER_PROF, stated["cpu_s"])
        signal.setitimer(signal.ITIMER_REAL, stated["wall_s"])
        answer = call(functions[number], packed, stated["max_result_bytes"])
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        del packed
        _send(target, answer)


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The two ends that lead to the parent; 0 and 1 then lead nowhere."""
    source, target = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(2, 1)
    return source, target


def _limit_memory(size: int) -> None:
    """Bound the address space; macOS has the call and refuses it, there only the two timers hold."""
    if size and sys.platform != "darwin":
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        size = size if hard == resource.RLIM_INFINITY else min(size, hard)
        resource.setrlimit(resource.RLIMIT_AS, (size, hard))
        try:
            bytearray(_SPARE)
        except MemoryError:
            raise MemoryError(f"{size} bytes of memory are taken before the first job; allow more") from None


def _refuse_network(event: str, _: tuple[object, ...]) -> None:
    if event in _NETWORK:
        raise PermissionError("no network in here")


def _send(target: BinaryIO, answer: bytes) -> None:
    target.write(ANSWER_HEAD.pack(len(answer)))
    target.write(answer)
    target.flush()


if __name__ == "__main__":
    main()
