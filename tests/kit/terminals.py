"""Words of `jupyter primehub …` in; what a person would see in a real terminal, or a program in a pipe, out."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from dataclasses import dataclass

COMMAND = [sys.executable, "-m", "primehub_nbext.cli"]
SECONDS = 90
CTRL_C = "\x03"


@dataclass
class Seen:
    """What a command came to: its exit code, and all that was on the terminal."""

    code: int
    raw: str

    @property
    def text(self) -> str:
        """Without colours and what draws over itself."""
        return re.sub(r"\x1b\[[0-9;]*m", "", self.raw).replace("\r\n", "\n")


def in_pipe(env: dict, *words: object, stdin: str = "", cwd: object = None) -> subprocess.CompletedProcess:
    """The command with pipes for a keyboard and a screen."""
    return subprocess.run(
        [*COMMAND, *map(str, words)],
        env=env,
        cwd=cwd or env["HOME"],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )


def in_terminal(env: dict, *words: object, typed: tuple = (), columns: int = 100, cwd: object = None) -> Seen:
    """The command in a pseudo-terminal, with somebody who types.

    typed : pairs of what is waited for on the screen and what is typed then, in their order (CTRL_C is a key, too)
    """
    pid, screen = pty.fork()
    if pid == 0:  # the child, until it is another program
        try:
            os.chdir(cwd or env["HOME"])  # not in the repository, whose package is not the installed one
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
            os.execve(COMMAND[0], [*COMMAND, *map(str, words)], {**env, "TERM": "xterm"})
        finally:
            os._exit(127)
    shown, waiting, until = b"", list(typed), time.monotonic() + SECONDS
    try:
        while time.monotonic() < until:
            if select.select([screen], [], [], 0.2)[0]:
                try:
                    part = os.read(screen, 65536)
                except OSError:  # the program has ended
                    break
                if not part:
                    break
                shown += part
            if waiting and waiting[0][0].encode() in shown:
                os.write(screen, waiting.pop(0)[1].encode())
        else:
            os.kill(pid, 9)
    finally:
        os.close(screen)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert not waiting, f"never seen: {waiting[0][0]!r} in\n{shown.decode(errors='replace')}"
    return Seen(code, shown.decode("utf-8", "replace"))
