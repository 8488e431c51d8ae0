"""An operation in; the behaviour that it meets by the latest rule that fits out."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from .answers import behave


@dataclass(eq=False)
class Rule:
    """What happens to an operation ("" for any); to all its requests, or to the nth from now on."""

    operation: str
    behaviour: Callable
    nth: int | None = None
    seen: int = 0


class Rules:
    """Rules, of which the latest that fits counts; what none fits is answered as PrimeHub does."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []
        self._lock = threading.Lock()

    def add(self, rule: Rule) -> None:
        with self._lock:
            self._rules.append(rule)

    def remove(self, rule: Rule) -> None:
        """Forget a rule, if it is not forgotten yet."""
        with self._lock:
            self._rules = [each for each in self._rules if each is not rule]

    def clear(self) -> None:
        with self._lock:
            self._rules.clear()

    def meet(self, operation: str) -> Callable:
        """The behaviour for one more request of this operation."""
        with self._lock:
            chosen = behave
            for rule in self._rules:
                if rule.operation in ("", operation):
                    rule.seen += 1
                    if rule.nth in (None, rule.seen):
                        chosen = rule.behaviour
            return chosen
