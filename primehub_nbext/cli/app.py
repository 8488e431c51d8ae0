# PYTHON_ARGCOMPLETE_OK
"""`jupyter primehub …`: words on the command line in; one of the commands runs, and the exit code out."""

from __future__ import annotations

import importlib
import os
import sys
from typing import TYPE_CHECKING

from .completion import complete
from .options import make_parser

if TYPE_CHECKING:
    from traitlets.config import Config

TRAIT = "--PrimeHub."


def main(words: list[str] | None = None) -> None:
    """What `jupyter primehub` runs, with the words of the process's command line; ends the process."""
    words = sys.argv[1:] if words is None else words
    if words[:1] == ["sandbox"]:  # stands by itself, with options of its own
        importlib.import_module("primehub_nbext.sandbox.app").main(words[1:])
        return
    sys.exit(run(words))


def run(words: list[str]) -> int:
    """Run a command; answers its exit code. Raises SystemExit for --help, and for a line that is none."""
    parser = make_parser()
    complete(parser)
    words, traits = _split(words)
    arguments = parser.parse_args(words)
    # Here and not at the top, so that --help and completion are quick.
    from traitlets import TraitError

    from ..api import Session
    from ..errors import PrimeHubError
    from . import exits, submitting
    from .commands import COMMANDS
    from .following import Left
    from .terminal import Terminal
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
        terminal.note(f"\nThe job goes on. How far it is: jupyter primehub job {left.job_id}")
        return exits.INTERRUPTED
    except submitting.SubmissionInterrupted:
        terminal.note(
            "\nInterrupted: it is not known whether there is a job. Run the same command again: it goes on, and the "
            "notebook runs once."
        )
        return exits.INTERRUPTED
    except KeyboardInterrupt:
        terminal.note("\nInterrupted.")
        return exits.INTERRUPTED
    except BrokenPipeError:  # who read it, `head` perhaps, has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exits.BROKEN_PIPE


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
