"""Plain functions in; their results, as futures, out of threads that never hold up the end of the process.

Python waits at its end for the threads of a ThreadPoolExecutor, which here may be waiting for PrimeHub.
"""

from __future__ import annotations

import queue
import threading
from concurrent.futures import Executor, Future
from functools import partial
from typing import Any, Callable


class DaemonThreads(Executor):
    """At most so many threads, each made when all others are busy; more calls wait their turn."""

    def __init__(self, most: int, name: str):
        self._most, self._name = most, name
        self._calls: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = queue.SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._lock = threading.Lock()
        self._made = 0

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call the function in a thread."""
        future: Future[Any] = Future()
        self._calls.put((future, partial(function, *args, **kwargs)))
        if not self._idle.acquire(blocking=False):
            with self._lock:
                if self._made < self._most:
                    self._made += 1
                    threading.Thread(target=self._work, name=f"{self._name}-{self._made}", daemon=True).start()
        return future

    def _work(self) -> None:
        while True:
            try:
                future, call = self._calls.get_nowait()
            except queue.Empty:
                self._idle.release()
                future, call = self._calls.get()
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(call())
                except BaseException as error:  # whoever waits for the future has to hear of it, whatever it is
                    future.set_exception(error)
            del future, call  # or the last result would live as long as the thread waits
