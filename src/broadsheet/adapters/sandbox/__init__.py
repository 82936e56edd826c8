"""The Workshop in child processes, each supervised: ``SupervisedWorkshop`` and its ``Limits``.

A page that hangs, crashes, eats memory or raises costs itself, and nothing and nobody else. ``_workshop`` spreads jobs
over children, ``_worker`` is the parent's hold on one child, ``adapters._child`` is
what runs in it.

What it does not do: a library that opens sockets in C, past Python, is not kept from the network (``lxml`` opens none
unless asked to). Who must exclude that runs Broadsheet where the system does, in a container or a network namespace.
"""

from broadsheet.adapters.sandbox._worker import Limits
from broadsheet.adapters.sandbox._workshop import SupervisedWorkshop

__all__ = ["Limits", "SupervisedWorkshop"]
