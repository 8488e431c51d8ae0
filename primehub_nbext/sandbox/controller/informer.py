"""All objects of a kind, kept up to date by a watch, as a controller's cache: Objects in; objects to read out.

Reading 4000 jobs each second from Objects would copy them each second. What is read here must not be changed.
"""

from __future__ import annotations

from collections.abc import Callable

from ..cluster.objects import Objects


class Informer:
    """`objects`: by name. `changed(name)` is called after each change, in the changing thread."""

    def __init__(self, source: Objects, kind: str, changed: Callable[[str], None]):
        self.kind, self.changed = kind, changed
        with source.lock:
            self.objects = {each["metadata"]["name"]: each for each in source.list(kind)}
            source.listen(self._heard)

    def all(self) -> list[dict]:
        """The objects of now, not copied: only to be read."""
        return list(self.objects.values())

    def _heard(self, event: str, kind: str, each: dict) -> None:
        if kind != self.kind:
            return
        name = each["metadata"]["name"]
        if event == "DELETED":
            self.objects.pop(name, None)
        else:
            self.objects[name] = each
        self.changed(name)
