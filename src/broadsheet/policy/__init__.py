"""Decisions: frozen values and ``now`` in, a frozen decision out. No clock, network, disk or setting inside."""

from broadsheet.policy.caching import find_http_date, freshness_s, retry_after_s
from broadsheet.policy.health import Health, health_of
from broadsheet.policy.manners import DEFAULT, Manners
from broadsheet.policy.moves import find_permanent_target, undo_move
from broadsheet.policy.pacing import host_key, pacing_keys
from broadsheet.policy.polling import (
    Decision,
    Outcome,
    after_failure,
    after_response,
    is_due,
    needs_reading,
    new_state,
    next_turn,
    plan_request,
    put_off,
    read_again,
)
from broadsheet.policy.rhythm import adaptive_s, next_allowed

__all__ = [
    "DEFAULT",
    "Decision",
    "Health",
    "Manners",
    "Outcome",
    "adaptive_s",
    "after_failure",
    "after_response",
    "find_http_date",
    "find_permanent_target",
    "freshness_s",
    "health_of",
    "host_key",
    "is_due",
    "needs_reading",
    "new_state",
    "next_allowed",
    "next_turn",
    "pacing_keys",
    "plan_request",
    "put_off",
    "read_again",
    "retry_after_s",
    "undo_move",
]
