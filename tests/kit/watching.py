"""A notebook server's watch, with a clock that a test moves, and tabs that ask it: what they are told, and the cost."""

from __future__ import annotations

from pathlib import Path

from kit.misbehaving import MisbehavingPrimeHub
from primehub_nbext.context import Context
from primehub_nbext.jobs.outputs import OutputNotebooks
from primehub_nbext.jobs.watch import Watch


class WatchingServer:
    """`now`: its clock, in seconds; `root`: Jupyter's root folder."""

    def __init__(self, context: Context, primehub: MisbehavingPrimeHub, root: Path):
        self.now = 1000.0
        self.primehub, self.root = primehub, str(root)
        self.watch = Watch(context, OutputNotebooks(lambda: self.now), lambda: self.now, jitter=lambda: 0.5)

    def feed(self, *ids: str, since: str = "") -> dict:
        """What a tab is told that names these jobs."""
        self.watch.name(list(ids))
        if self.watch.begin():
            self.watch.look(self.root)
        self.watch.read_progress()
        return self.watch.changes(since)

    def live(self, seconds: int, tabs: int, *ids: str) -> int:
        """Each of so many tabs asks every second, for so long; answers the requests to PrimeHub that this cost."""
        before = len(self.primehub.requests)
        for _ in range(seconds):
            for _ in range(tabs):
                self.feed(*ids)
            self.now += 1
        return len(self.primehub.requests) - before
