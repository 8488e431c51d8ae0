"""Reading notebook files: an open file in; the NotebookFile that it holds out.

Reading JSON holds the interpreter, and with it every other request of the notebook server, for as long as it takes.
So a file above `IN_PROCESS_BYTES` is read by a process of its own.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import subprocess
import sys
import threading
from pathlib import Path

from .errors import InvalidNotebook, NotebookUnchecked
from .file import NotebookFile, examine

IN_PROCESS_BYTES = 1024 * 1024
MAX_BYTES = 512 * 1024 * 1024  # reading can take several times as much memory, of which a pod has little
READ_SECONDS = 120
PROGRAM = "import sys; sys.path.append(sys.argv[1]); from primehub_nbext.notebooks.reader import main; main()"
# mallopt(3): memory that was freed is used again. Fresh memory from the kernel takes longer than the reading itself.
# One large file at a time: several would take the processors and the disk away from the server's other work.
TURN = threading.Lock()
ENVIRONMENT = {"MALLOC_MMAP_THRESHOLD_": str(MAX_BYTES), "MALLOC_TRIM_THRESHOLD_": str(MAX_BYTES)}


class NotebookReader:
    """Reads the notebook behind a file descriptor, once it is complete.

    A context manager: a process that reads a large file is started when the context is entered, so that it is ready
    when the file is, and is gone when the context ends. Large files take turns.
    """

    def __init__(self, descriptor: int, size: int):
        """`size` : of the complete file, in bytes. Raises InvalidNotebook."""
        if size > MAX_BYTES:
            raise InvalidNotebook(
                "The notebook is larger than {megabytes} MB.",
                "Clear its outputs, save it and try again.",
                values={"megabytes": MAX_BYTES // 1024**2},
            )
        self._descriptor = descriptor
        self._large = size > IN_PROCESS_BYTES
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> NotebookReader:
        """Raises NotebookUnchecked when others take too long."""
        if self._large:
            if not TURN.acquire(timeout=READ_SECONDS):
                raise NotebookUnchecked()
            package = str(Path(__file__).resolve().parents[2])
            environment = {name: value for name, value in os.environ.items() if name != "PRIMEHUB_API_TOKEN"}
            with contextlib.suppress(OSError):
                self._process = subprocess.Popen(
                    [sys.executable, "-I", "-c", PROGRAM, package, str(self._descriptor)],
                    bufsize=0,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    pass_fds=(self._descriptor,),
                    env={**environment, **ENVIRONMENT},
                )
        return self

    def __exit__(self, *_exc: object) -> None:
        try:
            if self._process:
                with self._process as process:
                    process.kill()
        finally:
            if self._large:
                TURN.release()

    def begin(self) -> None:
        """Say that the file is complete; a large one is read from now on."""
        if self._process and self._process.stdin:
            with contextlib.suppress(OSError):  # it died, and then says nothing
                self._process.stdin.write(b"\n")

    def result(self) -> NotebookFile:
        """Wait for what the file holds. Raises InvalidNotebook, NoKernel, NotebookUnchecked."""
        if not self._large:
            with os.fdopen(os.dup(self._descriptor), "rb") as file:
                file.seek(0)
                return NotebookFile.from_answer(examine(file.read()))
        if self._process is None:  # it could not be started
            raise NotebookUnchecked()
        try:
            said, _ = self._process.communicate(timeout=READ_SECONDS)
            answer = json.loads(said)
        except (OSError, subprocess.TimeoutExpired, ValueError):
            raise NotebookUnchecked() from None
        return NotebookFile.from_answer(answer)


def main() -> None:
    """Waits on standard input until the file is complete, and then says on standard output what it is."""
    os.nice(10)  # the server and its kernels go first where processors are few
    if not sys.stdin.buffer.readline():
        return  # the server is gone
    with mmap.mmap(int(sys.argv[2]), 0, mmap.MAP_PRIVATE | getattr(mmap, "MAP_POPULATE", 0), mmap.PROT_READ) as content:
        answer = examine(content)
    json.dump(answer, sys.stdout)
