"""Options: nothing in; the parser of `jupyter primehub …`, with a help text and examples for each command, out."""

from __future__ import annotations

import argparse
import re
import textwrap
from typing import Callable, NoReturn

from .._version import __version__
from ..errors import BadRequest
from ..jobs.log import MOST_LINES
from ..jobs.query import LIMIT, MAX_LIMIT, PHASES, JobQuery
from . import completion
from .exits import MEANINGS

EPILOG = """\
examples:
  jupyter primehub token                         # once: enter your API token
  jupyter primehub check train.ipynb -p lr=0.1
  jupyter primehub submit train.ipynb -p lr=0.1 --instance-type gpu-1 --wait
  jupyter primehub jobs --mine
  jupyter primehub doctor                        # when something does not work

Each command has a --help of its own, and --json. Settings go before those of
the configuration files: --PrimeHub.api_endpoint=https://…; README has them all.

exit status:
"""
Command = Callable[..., argparse.ArgumentParser]  # name, what it does, examples
UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


class Misused(Exception):
    """A command line that is none, with what argparse says of it."""

    def __init__(self, prog: str, usage: str, message: str):
        super().__init__(f"{prog}: error: {message}")
        self.prog, self.usage, self.message = prog, usage, message


class Parser(argparse.ArgumentParser):
    """Raises Misused in place of ending the process: a program may want to read why as JSON."""

    def error(self, message: str) -> NoReturn:
        """What parsing calls."""
        raise Misused(self.prog, self.format_usage(), message)


class Help(argparse.RawDescriptionHelpFormatter):
    """Examples as they are written; no columns for what is long."""

    def __init__(self, prog: str):
        super().__init__(prog, max_help_position=28)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        """Examples as they are; what is one paragraph in the terminal's width."""
        return super()._fill_text(text if "\n" in text else textwrap.fill(text, width), width, indent)


def make_parser() -> argparse.ArgumentParser:
    """The parser; `arguments.command` is the command's name, with the options' names as attributes beside it."""
    parser = Parser(
        prog="jupyter primehub",
        description="PrimeHub jobs of notebooks, from a terminal.",
        epilog=EPILOG
        + "\n".join(
            textwrap.fill(f"  {code:<4} {meaning}", 78, subsequent_indent=" " * 7) for code, meaning in MEANINGS.items()
        ),
        formatter_class=Help,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def command(name: str, says: str, *examples: str) -> argparse.ArgumentParser:
        epilog = "examples:\n" + "\n".join(f"  jupyter primehub {each}" for each in examples)
        made = commands.add_parser(
            name, help=says, description=says, epilog=epilog, formatter_class=Help, allow_abbrev=False
        )
        made.add_argument("--json", action="store_true", help="print JSON, for a program")
        return made

    _notebook_commands(command)
    _job_commands(command)
    token = command(
        "token", "Enter your API token (it is asked for, or read from standard input), or forget it.", "token",
        "token < file", "token --show", "token --clear",
    )  # fmt: skip
    token.add_argument("--clear", action="store_true", help="forget the token that was entered")
    token.add_argument("--show", action="store_true", help="say whose token is in use; the token itself is never shown")
    command("doctor", "Look at all that a submission needs from here, and say what to do.", "doctor", "doctor --json")
    commands.add_parser("sandbox", help="Start a small PrimeHub on this machine, with a classic Notebook wired to it.")
    return parser


def _notebook_commands(command: Command) -> None:
    check = command(
        "check",
        "Say what a job of the notebook may stumble over; submit nothing.",
        "check train.ipynb -p lr=0.1",
        "check train.ipynb --fix",
    )
    submit = command(
        "submit", "Submit a notebook as a job. It runs once, also when the command is interrupted and run again.",
        "submit train.ipynb -p lr=0.1 -p 'layers=[64, 32]' --wait",
        "submit train.ipynb -f parameters.yaml --time-limit 2h",
        "submit train.ipynb --yes --follow",
    )  # fmt: skip
    for each in (check, submit):
        notebook = each.add_argument("notebook", metavar="NOTEBOOK", help="path of the notebook, on the group volume")
        completion.notebooks(notebook)
        given = each.add_argument(
            "-p", "--parameter", dest="parameters", metavar="NAME=VALUE", action="append", default=[],
            help="a parameter: a number, true, false, null, a list, a dict, text in quotes; anything else is text",
        )  # fmt: skip
        completion.parameters(given)
        each.add_argument(
            "-r", "--parameter-raw", dest="parameters_raw", metavar="NAME=TEXT", action="append", default=[],
            help="a parameter that is text, whatever it looks like",
        )  # fmt: skip
        each.add_argument(
            "-f", "--parameters-file", metavar="FILE", action="append", default=[], help="parameters in a YAML file"
        )
        each.add_argument(
            "-y", "--parameters-yaml", metavar="YAML", action="append", default=[], help="parameters as YAML"
        )
        completion.resources(
            each.add_argument("--instance-type", metavar="NAME", help="else that of this notebook, or the only one"),
            "instance_types",
        )
        completion.resources(
            each.add_argument("--image", metavar="NAME", help="else that of this notebook, or the only one"), "images"
        )
        each.add_argument("--name", metavar="TEXT", help="the job's name; else the notebook's")
        each.add_argument(
            "--time-limit", metavar="TIME", type=read_time_limit,
            help="seconds, or 90m, 2h, 1d; 0 for none. Else the group's default",
        )  # fmt: skip
    check.add_argument(
        "--fix",
        action="store_true",
        help="mend what can be, in the file: each is asked for in a terminal, but for --yes",
    )
    check.add_argument("--yes", action="store_true", help="with --fix: ask nothing")
    _waiting_options(submit)
    submit.add_argument("--yes", action="store_true", help="ask nothing, and submit in spite of findings")


def _job_commands(command: Command) -> None:
    jobs = command("jobs", "List the group's notebook jobs, newest first.", "jobs --mine --phase Running,Pending")
    completion.notebooks(jobs.add_argument("--notebook", metavar="NOTEBOOK", help="only those that run this notebook"))
    jobs.add_argument("--mine", action="store_true", help="only yours")
    for name, metavar, otherwise, says in (
        ("search", "TEXT", "", "words in a job's name, id, user or parameters"),
        ("phase", "PHASE,…", "", f"one or more of {', '.join(PHASES)}"),
        ("limit", "N", str(LIMIT), f"how many at most, up to {MAX_LIMIT} (as it comes, {LIMIT})"),
        ("before", "NEXT", "", "go on where an earlier list ended"),
    ):
        added = jobs.add_argument(f"--{name}", metavar=metavar, type=_part_of_query(name), default=otherwise, help=says)
        if name == "phase":
            completion.names(added, PHASES)

    def of_job(name: str, says: str, *examples: str) -> argparse.ArgumentParser:
        made = command(name, says, *examples)
        completion.jobs(made.add_argument("job_id", metavar="ID", help="the job's id: job-…"))
        return made

    _waiting_options(of_job("job", "Say how far a job is, and why.", "job job-202611221030-abc123 --wait"))
    logs = of_job("logs", "Print what a job has written.", "logs job-202611221030-abc123 -f")
    logs.add_argument("-f", "--follow", action="store_true", help="go on with what it writes, until the job has ended")
    logs.add_argument("--tail", metavar="N", type=_read_tail, help="only so many of the last lines")
    cancel = of_job("cancel", "Cancel a job.", "cancel job-202611221030-abc123")
    cancel.add_argument("--yes", action="store_true", help="ask nothing")
    rerun = of_job(
        "rerun", "Run a job once more, with the same copy of the notebook and the same parameters.",
        "rerun job-202611221030-abc123 --wait",
    )  # fmt: skip
    _waiting_options(rerun)
    artifacts = of_job(
        "artifacts", "List what a job left in PrimeHub's store, or download it.",
        "artifacts job-202611221030-abc123 --download results",
    )  # fmt: skip
    artifacts.add_argument("names", metavar="NAME", nargs="*", help="only these")
    artifacts.add_argument("--download", metavar="DIR", help="fetch them into this folder")
    artifacts.add_argument("--overwrite", action="store_true", help="replace files that are there already")


def _waiting_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--wait", action="store_true", help="wait until the job has ended; Ctrl-C leaves it running")
    command.add_argument("--follow", action="store_true", help="as --wait, and print what the job writes")


def _part_of_query(name: str) -> Callable[[str], str]:
    """Reads an option that the query of the job list has; what is wrong with it, that query says."""

    def read(given: str) -> str:
        try:
            JobQuery.of({name: given})
        except BadRequest as error:
            raise argparse.ArgumentTypeError(f"it has to be {error.values['what']}") from None
        return given

    return read


def _read_tail(given: str) -> int:
    if not re.fullmatch("[0-9]{1,6}", given) or not 1 <= int(given) <= MOST_LINES:
        raise argparse.ArgumentTypeError(f"it has to be a number of lines, at most {MOST_LINES}")
    return int(given)


def read_time_limit(given: str) -> int:
    """Seconds, of what was given with or without a unit. Raises ArgumentTypeError."""
    read = re.fullmatch(r"([0-9]{1,9})([smhd]?)", given.strip().lower())
    if not read:
        raise argparse.ArgumentTypeError("write seconds, or a number with m, h or d: 90m")
    return int(read[1]) * UNITS[read[2]]
