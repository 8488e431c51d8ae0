# PYTHON_ARGCOMPLETE_OK
"""`jupyter primehub …`: words on the command line in; one of the commands runs, and the exit code out."""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .completion import complete
from .options import Misused, make_parser

if TYPE_CHECKING:
    import argparse

    from traitlets.config import Config

    from .terminal import Terminal

TRAIT = "--PrimeHub."


def main(words: list[str] | None = None) -> None:
    """What `jupyter primehub` runs, with the words of the process's command line; ends the process."""
    words = sys.argv[1:] if words is None else words
    if words[:1] == ["sandbox"]:  # stands by itself, with options of its own
        importlib.import_module("primehub_nbext.sandbox.app").main(words[1:])
        return
    from . import exits
    from .terminal import NotWritten

    try:
        try:
            code: Any = run(words)
        except SystemExit as ended:  # --help
            code = ended.code
        if sys.stdout:  # None where it is closed
            sys.stdout.flush()
    except BrokenPipeError:  # who read it, `head` perhaps, has gone
        code = exits.BROKEN_PIPE
        _forget_output()
    except (NotWritten, OSError) as error:
        code = exits.REFUSED
        with suppress(OSError, AttributeError):
            why = getattr(error, "strerror", None) or error
            print(f"What was asked for could not be written: {why}", file=sys.stderr, flush=True)
        _forget_output()
    sys.exit(code)


def run(words: list[str]) -> int:
    """Run a command; answers its exit code. Raises SystemExit for --help, and for a line that is none."""
    parser = make_parser()
    complete(parser)
    ours, traits = _split(words)
    try:
        return _run(parser.parse_args(ours), traits, parser)
    except Misused as misused:
        from . import exits

        print(misused.usage, misused, sep="", file=sys.stderr)
        if "--json" in ours:
            hint = f"{misused.prog} --help has all options."
            print(json.dumps({"error": {"code": "usage", "message": misused.message, "hint": hint}}, indent=2))
        return exits.USAGE


def _run(arguments: argparse.Namespace, traits: list[str], parser: argparse.ArgumentParser) -> int:
    # Here and not at the top, so that --help and completion are quick.
    from traitlets import TraitError

    from ..api import Session
    from ..errors import PrimeHubError
    from . import exits, submitting
    from .commands import COMMANDS
    from .following import Left
    from .terminal import NotWritten, Terminal
    from .views import show_error

    terminal = Terminal(json=arguments.json)
    commands = {**COMMANDS, "check": submitting.check, "submit": submitting.submit}
    try:
        session = Session(_config(traits))
    except (TraitError, ValueError) as error:
        parser.error(str(error))
    try:
        return commands[arguments.command](arguments, session, terminal)
    except PrimeHubError as error:
        show_error(terminal, error)
        return exits.exit_code(error)
    except Left as left:
        if left.error:
            show_error(terminal, left.error, id=left.job_id)
            return exits.exit_code(left.error)
        hint = f"The job goes on. How far it is: jupyter primehub job {left.job_id}"
        return _interrupted(terminal, "", hint, id=left.job_id)
    except submitting.SubmissionInterrupted:
        message = "Interrupted: it is not known whether there is a job."
        return _interrupted(terminal, message, "Run the same command again: it goes on, and the notebook runs once.")
    except KeyboardInterrupt:
        return _interrupted(terminal, "Interrupted.", "")
    except (BrokenPipeError, NotWritten):
        raise
    except Exception:  # whatever it is, a program that reads standard output finds JSON there
        traceback.print_exc()
        show_error(terminal, PrimeHubError())
        return exits.REFUSED


def _interrupted(terminal: Terminal, message: str, hint: str, **more: str) -> int:
    """Somebody pressed Ctrl-C: what is said then, and the exit code."""
    from . import exits

    error = {"code": "interrupted", "message": message or "Interrupted.", "hint": hint}
    terminal.note("\n" + " ".join(filter(None, (message, hint))))
    terminal.answer({"error": error, **more})
    return exits.INTERRUPTED


def _forget_output() -> None:
    """What could not be written is not tried again when the process ends."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    """The words that are for the parser, and the settings, `PrimeHub.name=value`."""
    rest = words[words.index("--") :] if "--" in words else []
    ours = words[: len(words) - len(rest)]
    return [each for each in ours if not each.startswith(TRAIT)] + rest, [
        each[2:] for each in ours if each.startswith(TRAIT)
    ]


def _config(traits: list[str]) -> Config:
    """Settings as a server reads them from its command line. Raises ValueError for one that there is not."""
    from traitlets.config import Config
    from traitlets.config.loader import DeferredConfigString

    from ..config import PrimeHub

    config = Config()
    for each in traits:
        name, equals, value = each.partition("=")
        name = name.partition(".")[2]
        if not equals or name not in PrimeHub.class_trait_names(config=True):
            raise ValueError(f"--{each}: there is no such setting, or it has no =value. README has them all.")
        config.PrimeHub[name] = DeferredConfigString(value)
    return config


if __name__ == "__main__":
    main()
