"""Waiting: a notebook in; findings about code that waits for a person, of whom a job has none, out.

What happens is papermill's and ipykernel's doing: a kernel that runs for papermill is told that nobody can type, so
that `input()` raises StdinNotImplementedError at once; a widget is shown to nobody, and the run goes on.
"""

from __future__ import annotations

import ast
from typing import Any

from .edits import deletion
from .script.flow import LIKELY, SURE
from .script.run import Event
from .script.statements import EVERYTHING
from .subject import Subject, finding

CATCHING = {"Exception", "RuntimeError", "NotImplementedError", "StdinNotImplementedError", EVERYTHING}
INPUTS = {
    *("input", "builtins.input", "click.prompt", "click.confirm", "typer.prompt", "typer.confirm"),
    *(f"rich.prompt.{kind}.ask" for kind in ("Prompt", "Confirm", "IntPrompt", "FloatPrompt")),
}
PASSWORDS = {"getpass.getpass", "getpass.unix_getpass", "huggingface_hub.interpreter_login"}
DEBUGGERS = {
    *(f"{module}.set_trace" for module in ("pdb", "ipdb", "pudb", "IPython.core.debugger")),
    *("IPython.embed", "IPython.terminal.embed.embed", "code.interact"),
    *(f"{module}.{call}" for module in ("pdb", "ipdb") for call in ("pm", "post_mortem", "run", "runcall")),
}
IGNORED = {"breakpoint", "builtins.breakpoint"}
# Calls that ask who one is, with the arguments of which any, or the first by its place, answers that beforehand.
LOGINS = {
    "huggingface_hub.notebook_login": ("skip_if_logged_in",),
    "huggingface_hub.login": ("token", "skip_if_logged_in"),
    "wandb.login": ("key", "anonymous"),
    "kagglehub.login": (),
    "kagglehub.notebook_login": (),
    "ee.Authenticate": ("auth_mode",),
    "dagshub.login": ("token",),
    "roboflow.login": (),
    "swanlab.login": ("api_key",),
    "gspread.oauth": (),
    "pydata_google_auth.get_user_credentials": (),
    "azure.identity.InteractiveBrowserCredential": (),
    "azure.identity.DeviceCodeCredential": (),
    "azureml.core.authentication.InteractiveLoginAuthentication": (),
    **dict.fromkeys((".run_local_server", ".LocalWebserverAuth", ".acquire_token_interactive"), ()),
    "comet_ml.login": ("api_key",),
    "comet_ml.init": ("api_key",),
}
TOKENS = {
    **dict.fromkeys(
        ("huggingface_hub.notebook_login", "huggingface_hub.login"), ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
    ),
    **dict.fromkeys(("comet_ml.login", "comet_ml.init"), ("COMET_API_KEY",)),
    "wandb.login": ("WANDB_API_KEY", "WANDB_MODE"),
    "kagglehub.login": ("KAGGLE_KEY",),
}
BUTTONS = {"ipywidgets.Button", "ipywidgets.widgets.Button"}
MANUAL = {"ipywidgets.interact_manual", "ipywidgets.widgets.interact_manual"}
UPLOADS = {"ipywidgets.FileUpload", "ipywidgets.widgets.FileUpload"}
TRACER = ".set_trace"  # of a debugger that the notebook makes itself
WAITING = {TRACER, *INPUTS, *PASSWORDS, *DEBUGGERS, *IGNORED, *LOGINS, *MANUAL, *UPLOADS}


def find_waiting(subject: Subject) -> list[dict[str, Any]]:
    """Findings about calls and magics that wait for somebody to type, or to click."""
    found, seen = list[dict[str, Any]](), set[tuple[int, int]]()
    for event in subject.run.calls_named(lambda name: name in WAITING or name.endswith(".on_click")):
        which = event.cell.index, id(event.step.node)
        if which in seen or "raises-exception" in event.at.tags:
            continue
        said = _asks(event) or _debugs(event) or _logs_in(subject, event) or _waits_for_click(subject, event)
        if said:
            seen.add(which)
            found.append(said)
    return found + _debugging_magics(subject) + _bare_decorators(subject)


def _place(event: Event) -> dict[str, Any]:
    return {"cell": event.cell.index, "line": event.line}


def _asks(event: Event) -> dict[str, Any] | None:
    """About a call that asks for a line; not where the notebook lives with its failure, or may not come to it."""
    name, sure = event.name, event.step.sure
    if name not in INPUTS | PASSWORDS or sure < LIKELY or CATCHING & set(event.step.caught):
        return None
    return finding(
        "error" if sure == SURE else "warning",
        "asks_for_input",
        "`{call}()` asks somebody to type, and fails in a job, where nobody can.",
        "Read the secret from a file that only you can read, or from an environment variable."
        if name in PASSWORDS
        else "Make it a parameter: assign it in the cell tagged `parameters`, and give its value here.",
        call=name.rpartition(".")[2],
        **_place(event),
    )


def _debugs(event: Event) -> dict[str, Any] | None:
    """About a debugger, which asks for commands."""
    sure = event.step.sure
    if event.name in IGNORED:
        return _useless_debugger(f"{event.name.rpartition('.')[2]}()", event.cell, event.line)
    if event.name == TRACER and not _is_tracer(event.step.node):
        return None
    if event.name not in {*DEBUGGERS, TRACER} or sure < LIKELY or CATCHING & set(event.step.caught):
        return None
    return finding(
        "error" if sure == SURE else "warning",
        "debugger",
        "`{call}()` waits for commands, and fails in a job, where nobody types them.",
        "Delete it before you submit the notebook.",
        call=".".join(event.name.split(".")[-2:]).lstrip(".") if event.name.endswith("set_trace") else event.name,
        fix=deletion(event.cell, event.line),
        **_place(event),
    )


def _is_tracer(call: ast.AST) -> bool:
    """Whether a call is `Pdb().set_trace()` or `__import__("pdb").set_trace()`."""
    made = call.func.value if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) else None
    return isinstance(made, ast.Call) and getattr(made.func, "attr", getattr(made.func, "id", "")) in (
        *("Pdb", "TerminalPdb", "__import__", "import_module"),
    )


def _debugging_magics(subject: Subject) -> list[dict[str, Any]]:
    return [
        _useless_debugger(f"%{'' if magic.body is None else '%'}{magic.name}", cell, magic.line)
        for cell in subject.script.cells
        for magic in cell.magics
        if magic.name == "debug" or (magic.name == "pdb" and magic.argument.strip().lower() not in ("off", "0"))
    ]


def _useless_debugger(call: str, cell: Any, line: int) -> dict[str, Any]:
    return finding(
        "note",
        "debugger_left",
        "`{call}` is for a debugger, which nobody can use in a job.",
        "Delete it: at best it does nothing there.",
        cell=cell.index,
        line=line,
        fix=None if call.startswith("%%") else deletion(cell, line),
        call=call,
    )


def _logs_in(subject: Subject, event: Event) -> dict[str, Any] | None:
    """About a call that asks who one is, unless it is told, or the notebook can do without."""
    answers = LOGINS.get(event.name)
    if answers is None or event.step.sure < LIKELY or CATCHING & set(event.step.caught):
        return None
    call = event.step.node
    assert isinstance(call, ast.Call)
    told = {each.arg for each in call.keywords} & {*answers, None}
    first = bool(call.args) and answers[:1] in (("token",), ("key",), ("api_key",))
    elsewhere = (*TOKENS.get(event.name, ()), "dotenv")
    if told or first or any(word in cell.text for cell in subject.script.cells for word in elsewhere):
        return None
    return finding(
        "warning",
        "asks_to_log_in",
        "`{call}()` asks somebody to log in, and in a job there is nobody to do it.",
        "What needs the login fails there. Give the token another way: from a file that only you can read, or from an "
        "environment variable.",
        call=event.name.rpartition(".")[2] if event.name.startswith(("huggingface_hub.", ".")) else event.name,
        **_place(event),
    )


def _waits_for_click(subject: Subject, event: Event) -> dict[str, Any] | None:
    """About what only happens when somebody clicks."""
    clicked = event.name.endswith(".on_click") and subject.run.maker(event) in BUTTONS
    if not clicked and event.name not in MANUAL | UPLOADS:
        return None
    return _click(event.name, **_place(event))


def _bare_decorators(subject: Subject) -> list[dict[str, Any]]:
    """About `@interact_manual` without arguments, which is no call."""
    return [
        _click("interact_manual", cell=cell.index, line=decorator.lineno)
        for cell in subject.script.cells
        if "interact_manual" in cell.text
        for function in cell.names.functions
        for decorator in getattr(function, "decorator_list", ())
        if subject.script.name_of(decorator, cell, None) in MANUAL
    ]


def _click(name: str, **place: Any) -> dict[str, Any]:
    return finding(
        "note",
        "waits_for_click",
        "`{call}` waits for a click, and in a job nobody clicks.",
        "What would happen then does not happen there: where the job needs it, let the notebook do it without.",
        call=name.rpartition(".")[2],
        **place,
    )
