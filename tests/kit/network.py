"""A loopback of its own for this process and what it starts.

Jupyter's kernels are told ports that were free a second before. With two kernels that start at the same moment in two
processes it happens that both are told the same (five of some 14,000 each: one pair in 600). Then one of them cannot
bind it, and ipykernel 6 and 7 hang on their way out, so that papermill waits for them until its time-out.
"""

from __future__ import annotations

import ctypes
import fcntl
import socket
import struct

CLONE_NEWNET = 0x40000000  # sched.h
SIOCSIFFLAGS, IFF_UP = 0x8914, 0x1  # linux/sockios.h, net/if.h


def own_loopback() -> bool:
    """Move this thread, and all processes and threads that it starts, to a network of their own; False if not allowed.

    It has 127.0.0.1 and ::1, and no way out.
    """
    try:
        if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
            return False
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
    except (OSError, AttributeError):  # another system than Linux has no unshare
        return False
    return True
