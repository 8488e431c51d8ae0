"""Rules in; a PrimeHub that misbehaves as they say, and a record of all that it was asked, out.

Tests say `from kit import misbehaving as told`, then `primehub.on("CreateJob", told.reset(executed=True), nth=1)`.
"""

from .answers import answering, behave, late, page, redirecting, refusing, reset, silent
from .broken_answers import dripping, garbled_tls, huge, reset_within, truncated
from .exchange import Exchange, Request
from .gate import Gate
from .listener import STOP_SECONDS
from .pod_log import PodLog
from .primehub import MisbehavingPrimeHub

__all__ = [
    "STOP_SECONDS",
    "Exchange",
    "Gate",
    "MisbehavingPrimeHub",
    "PodLog",
    "Request",
    "answering",
    "behave",
    "dripping",
    "garbled_tls",
    "huge",
    "late",
    "page",
    "redirecting",
    "refusing",
    "reset",
    "reset_within",
    "silent",
    "truncated",
]
