"""A ring: bytes of a stream in, each at its position from the stream's beginning; the newest of them out."""

from __future__ import annotations

PROBE = 1024  # bytes by which a place is looked for first
PLACES = 1000  # that are looked at, in a log that repeats itself


class Ring:
    """The newest bytes of a stream, at most so many; what is dropped ends with a line, where there is one.

    start, end : positions of the first byte that is kept, and behind the last
    """

    def __init__(self, most: int):
        self.most = most
        self.start = 0
        self._data = bytearray()

    @property
    def end(self) -> int:
        """The position behind the last byte."""
        return self.start + len(self._data)

    def append(self, data: bytes) -> None:
        """Take what came next, and drop the oldest beyond `most`; now and then, for it has to be moved together."""
        self._data += data
        if len(self._data) > self.most + self.most // 4:
            surplus = len(self._data) - self.most
            line = self._data.find(b"\n", surplus, surplus + self.most // 4)
            surplus = line + 1 if line >= 0 else surplus
            del self._data[:surplus]
            self.start += surplus

    def read(self, position: int, most: int) -> bytes:
        """At most so many bytes from a position on. Raises LookupError where that is dropped already, or not there."""
        if not self.start <= position <= self.end:
            raise LookupError
        begin = position - self.start
        return bytes(memoryview(self._data)[begin : begin + most])

    def tail(self, lines: int) -> int:
        """The position where the last `lines` lines begin; a line that is not ended yet is one."""
        at = len(self._data)
        if at and self._data.endswith(b"\n"):
            at -= 1
        for _ in range(lines):
            at = self._data.rfind(b"\n", 0, at)
            if at < 0:
                return self.start
        return self.start + at + 1 if lines else self.end

    def overlap(self, again: bytes, whole: bool) -> int | None:
        """How many bytes of a stream that was opened again are the last ones of the ring.

        again : what the new stream began with, up to now
        whole : whether nothing more is to be waited for

        None: not enough came to tell; -1: nothing of it is here, so something in between is missing. Of several places
        that fit the first counts: least was written meanwhile.
        """
        if not self._data:
            return 0
        probe = again[:PROBE]
        if not probe or (len(probe) < PROBE and not whole):
            return None
        place = self._data.find(probe, max(0, len(self._data) - len(again)) if whole else 0)
        for _ in range(PLACES):
            if place < 0:
                break
            length = len(self._data) - place
            if self._begins_line(place) and self._data[place : place + len(again)] == again[:length]:
                if len(again) >= length:
                    return length
                if not whole:
                    return None  # the rest is on its way
            place = self._data.find(probe, place + 1)
        # Less came than a probe, and the ring ends within it, or it reaches back beyond the ring.
        for length in range(min(len(self._data), len(again)), 0, -1):
            if length < PROBE and self._data.endswith(again[:length]):
                return length
        start = again.rfind(bytes(self._data[-PROBE:])) if len(self._data) >= PROBE else -1
        return start + PROBE if start >= 0 else (-1 if whole else None)

    def _begins_line(self, place: int) -> bool:
        return place == 0 or self._data[place - 1] == ord("\n")
