"""Endless: a notebook in; findings about servers, loops and commands that go on until somebody stops them, out."""

from __future__ import annotations

import ast
from typing import Any

from .script.cell import CodeCell
from .script.flow import SURE
from .script.run import Event
from .script.shell import Command, commands
from .script.statements import always
from .started import started
from .subject import Subject, finding

# Calls that serve until they are stopped; methods that do, whatever they are of; and those of what is made by a call.
SERVERS = {
    *(
        "uvicorn.run",
        "hypercorn.run",
        "waitress.serve",
        "werkzeug.serving.run_simple",
        "bottle.run",
        "aiohttp.web.run_app",
    ),
    *("cherrypy.quickstart", "flask_ngrok.run", "http.server.test", "signal.pause"),
}
SERVING = {
    "serve_forever",
    "loop_forever",
    "start_consuming",
    "run_polling",
    "infinity_polling",
    "start_polling",
    "block_thread",
}
MADE = {
    **dict.fromkeys(("flask.Flask", "quart.Quart", "sanic.Sanic", "bottle.Bottle", "flask_socketio.SocketIO"), "run"),
    **dict.fromkeys(("discord.Client", "discord.ext.commands.Bot"), "run"),
    "uvicorn.Server": "run",
    "grpc.server": "wait_for_termination",
    "apscheduler.schedulers.blocking.BlockingScheduler": "start",
}
ENDLESS = {*SERVING, *MADE.values(), "launch"}
LEAVES = {"exit", "quit", "sys.exit", "os._exit", "os.kill", "os.abort"}

# Commands that do not return: with any of these as their first argument that is no option (all where there are none).
COMMANDS: dict[str, frozenset[str]] = {
    **dict.fromkeys(("tensorboard", "gunicorn", "uvicorn", "hypercorn", "voila", "htop", "nvtop", "lt"), frozenset()),
    **dict.fromkeys(("redis-server", "mongod", "code-server", "http-server", "vi", "vim", "nano"), frozenset()),
    **dict.fromkeys(("dask-scheduler", "dask-worker", "optuna-dashboard", "tensorflow_model_server"), frozenset()),
    **dict.fromkeys(("tritonserver", "text-generation-launcher"), frozenset()),
    "airflow": frozenset({"webserver", "scheduler", "standalone", "triggerer"}),
    "dagster": frozenset({"dev"}),
    "rasa": frozenset({"run"}),
    "solara": frozenset({"run"}),
    "marimo": frozenset({"edit", "run"}),
    "mkdocs": frozenset({"serve"}),
    "bentoml": frozenset({"serve"}),
    "minio": frozenset({"server"}),
    "label-studio": frozenset({"start"}),
    "streamlit": frozenset({"run"}),
    "chainlit": frozenset({"run"}),
    "flask": frozenset({"run"}),
    "fastapi": frozenset({"run", "dev"}),
    "bokeh": frozenset({"serve"}),
    "panel": frozenset({"serve"}),
    "ollama": frozenset({"serve"}),
    "vllm": frozenset({"serve"}),
    "mlflow": frozenset({"ui", "server"}),
    "jupyter": frozenset({"notebook", "lab", "server", "nbclassic"}),
    "ngrok": frozenset({"http", "tcp", "start"}),
    "npx": frozenset({"localtunnel", "http-server"}),
    "cloudflared": frozenset({"tunnel"}),
}
MODULES = ("http.server", "tensorboard.main", "vllm.entrypoints", "visdom.server", "uvicorn", "streamlit")
PYTHONS = {"python", "python3", "{sys.executable}"}
# Words with which such a command answers and returns, or goes on in the background by itself.
ANSWERS_ONLY = {
    *("--help", "--help-all", "-h", "--version", "-V", "-v", "version", "list", "build", "clean", "path", "paths"),
    *("password", "stop", "workspaces", "--generate-config", "--show-config", "--install-extension"),
    *(
        "--list-extensions",
        "--one_shot",
        "--inspect",
        "--daemonize",
        "--daemon",
        "-D",
        "--fork",
        "create",
        "delete",
        "login",
        "route",
    ),
}


def find_endless(subject: Subject) -> list[dict[str, Any]]:
    """Findings about servers, loops without an end, and commands that go on."""
    found = [_unending(each.cell, each.line, _call(each)) for each in _serving(subject)]
    for cell in subject.script.cells:
        body = cell.tree.body if cell.tree and "while" in cell.text else []
        found += [_unending(cell, node.lineno, "while True") for node in _loops(subject, cell, body)]
    found += [_unending(cell, node.lineno, "while True") for cell, node in _called_loops(subject)]
    found += [
        _unending(cell, line, _said(command))
        for cell, line, text in started(subject)
        for command in commands(text)
        if _serves(command)
    ]
    return found


def _unending(cell: CodeCell, line: int, call: str) -> dict[str, Any]:
    return finding(
        "warning",
        "never_returns",
        "`{call}` goes on until somebody stops it, and the cells below do not run.",
        "A job has nobody to visit a server, or to stop it: it would end at its time limit, as failed. Leave this out.",
        cell=cell.index,
        line=line,
        call=call,
    )


def _said(command: Command) -> str:
    """A command without its arguments, among which there may be a secret."""
    if command.name in PYTHONS:
        return " ".join(command.words[:3] if command.words[1:2] == ("-m",) else (command.name, "manage.py runserver"))
    wanted = COMMANDS.get(command.name, frozenset())
    return " ".join((command.name, *(word for word in command.arguments if word in wanted)))


def _call(event: Event) -> str:
    """A call without its arguments; of an object that the notebook has made, as it is written there."""
    assert isinstance(event.step.node, ast.Call)
    function = whose = event.step.node.func
    while isinstance(whose, ast.Attribute):
        whose = whose.value
    written = event.name.startswith(".") and isinstance(whose, ast.Name)
    return f"{ast.unparse(function) if written else event.name.lstrip('.')}()"


def _serving(subject: Subject) -> list[Event]:
    """Calls that serve, when the notebook comes to them for sure."""
    found: dict[tuple[int, int], Event] = {}
    for event in subject.run.calls_named(lambda name: name in SERVERS or name.rpartition(".")[2] in ENDLESS):
        if event.step.sure < SURE:
            continue
        method = event.name.rpartition(".")[2]
        keywords = {each.arg: each.value for each in event.step.node.keywords}  # type: ignore[attr-defined]
        serves = (
            event.name in SERVERS
            or (method in SERVING and event.name != method)
            or (method in MADE.values() and MADE.get(subject.run.maker(event)) == method and "timeout" not in keywords)
            # Gradio's, which returns in a notebook unless it is to show what it is asked.
            or (method == "launch" and event.name != method and getattr(keywords.get("debug"), "value", None) is True)
        )
        if serves:
            found.setdefault((event.cell.index, id(event.step.node)), event)
    return list(found.values())


def _called_loops(subject: Subject) -> list[tuple[CodeCell, ast.While]]:
    """Such loops in functions that are called for sure."""
    found: dict[int, tuple[CodeCell, ast.While]] = {}
    for event in subject.run.calls_named(lambda name: name == "time.sleep"):
        if isinstance(event.inside, ast.FunctionDef) and event.step.sure == SURE:
            for node in _loops(subject, event.cell, event.inside.body):
                found[id(node)] = (event.cell, node)
    return list(found.values())


def _loops(subject: Subject, cell: CodeCell, body: list[ast.stmt]) -> list[ast.While]:
    """Loops of a cell, or of a function, that nothing in them ends."""
    loops = [node for node in body if isinstance(node, ast.While) and always(node.test)]
    for node in body:  # stopped by hand, as it says
        if isinstance(node, ast.Try) and [getattr(each.type, "id", "") for each in node.handlers] == [
            "KeyboardInterrupt"
        ]:
            loops += [each for each in node.body if isinstance(each, ast.While) and always(each.test)]
    return [loop for loop in loops if not _may_end(subject, cell, loop)]


def _may_end(subject: Subject, cell: CodeCell, loop: ast.While) -> bool:
    for node in ast.walk(loop):
        if isinstance(node, (ast.Break, ast.Raise, ast.Return, ast.Assert, ast.Await, ast.Yield)):
            return True
        if isinstance(node, ast.Call):
            name = subject.script.name_of(node.func, cell, None)
            # Anything else may raise, too; what sleeps between its turns is meant to go on.
            if name in LEAVES or name in ("next", ".__next__", "exec", "input"):
                return True
    if all(isinstance(node, ast.Pass) for node in loop.body):
        return False
    return not any(
        isinstance(node, ast.Call) and subject.script.name_of(node.func, cell, None) == "time.sleep"
        for node in ast.walk(loop)
    )


def _serves(command: Command) -> bool:
    """Whether a command does not return."""
    if command.background or ANSWERS_ONLY & set(command.arguments):
        return False
    plain = [word for word in command.arguments if not word.startswith("-")]
    if command.name in COMMANDS:
        wanted = COMMANDS[command.name]
        return not wanted or (bool(plain) and plain[0] in wanted)
    if command.name in PYTHONS:
        if command.arguments[:1] == ("-m",) and len(command.arguments) > 1:
            return command.arguments[1].startswith(MODULES)
        return plain[:2] == ["manage.py", "runserver"]
    if command.name == "tail":
        return any(word in ("-f", "-F", "--follow") for word in command.arguments)
    if command.name == "top":
        return not any(word.startswith("-") and "n" in word for word in command.arguments)
    if command.name == "ping":
        return bool(plain) and not any(word.startswith("-c") for word in command.arguments)
    if command.name == "nvidia-smi":
        if plain[:1] in (["dmon"], ["pmon"]) and "-c" not in command.arguments:
            return True
        return any(word in ("-l", "--loop", "-lms") or word.startswith("--loop") for word in command.arguments)
    return (command.name == "watch" and bool(plain)) or command.words[:2] == ("sleep", "infinity")
