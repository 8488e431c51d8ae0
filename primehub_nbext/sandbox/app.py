"""`jupyter primehub sandbox`: options in; a PrimeHub, a job runner and a notebook server out, until Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import shutil
import signal
import sys
from pathlib import Path

from jupyter_core.application import JupyterApp, base_aliases, base_flags
from traitlets import Bool, Enum, Float, Integer, Unicode

from .._version import __version__
from .cluster.people import EVERYONE
from .errors import SandboxError
from .folder import EXAMPLE, StateFolder

USER, GROUP = "alice", "phusers"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _flag(trait: str, value: bool, text: str) -> tuple[dict, str]:
    return {"SandboxApp": {trait: value}}, text


class SandboxApp(JupyterApp):
    """Start a PrimeHub to try things on: API, console, job runner and a classic Notebook, on this computer only."""

    name = "jupyter-primehub-sandbox"
    version = __version__
    description = __doc__
    examples = """
    jupyter primehub sandbox                  # everything; the addresses are printed
    jupyter primehub sandbox --demo           # runs the example as a job first
    jupyter primehub sandbox --no-notebook    # API, console and runner only
    """

    dir = Unicode(".sandbox", help="Folder that keeps everything; delete it to begin anew.").tag(config=True)
    port = Integer(0, help="Port of the API and the console; 0 takes any free one.").tag(config=True)
    edition = Enum(("ce", "ee"), "ee", help="Edition: ee, or ce for a PrimeHub without jobs.").tag(config=True)
    stale = Float(0, min=0, help="Seconds for which the job list may be behind; 0: never.").tag(config=True)
    licence = Unicode("unexpired", help="With expired or invalid no job can be made.").tag(config=True)
    notebook = Bool(True, help="Start a notebook server too.").tag(config=True)
    json = Bool(False, help="Print one JSON object with all addresses first; text goes to stderr.").tag(config=True)
    once = Bool(False, help="Run the example as a job, print where its output is, and end.").tag(config=True)
    demo = Bool(False, help="As once, then stay until Ctrl-C when there is a terminal.").tag(config=True)

    NAMES = ("dir", "port", "edition", "stale", "licence")
    aliases = {**base_aliases, **{name: f"SandboxApp.{name}" for name in NAMES}}
    flags = {
        **base_flags,
        "no-notebook": _flag("notebook", False, "API, console and runner only."),
        "json": _flag("json", True, "Print one JSON object with all addresses first."),
        "once": _flag("once", True, "Run the example as a job, print where its output is, and end."),
        "demo": _flag("demo", True, "As --once, then stay until Ctrl-C when there is a terminal."),
    }

    _closing = False

    def migrate_config(self):
        """Do nothing: the sandbox leaves the person's own Jupyter folders alone."""

    def start(self):
        """Run until a signal comes or the work is done; ends the process with its exit status where that is not 0."""
        super().start()
        try:
            code = asyncio.run(self._main())
        except SandboxError as error:
            print(error, file=sys.stderr)
            code = 1
        if code:
            self.exit(code)

    def say(self, text: str = "") -> None:
        """Tell a person something: on standard error when standard output is JSON for a program."""
        print(text, file=sys.stderr if self.json else sys.stdout, flush=True)

    async def _main(self) -> int:
        """Run until a signal comes or the work is done; return the exit code."""
        self._check_options()
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, stop.set)
        with StateFolder(self.dir) as folder:
            work = asyncio.ensure_future(self._serve(folder, stop))
            stopped = asyncio.ensure_future(stop.wait())
            await asyncio.wait({work, stopped}, return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
            interrupted = not work.done()
            if not self._closing:  # else it is cleaning up already, and must get to its end
                work.cancel()
            try:
                code = await work
            except asyncio.CancelledError:
                code = 0
            if interrupted:
                self.say("Stopped.")
                # Whoever waits for a job's result must not take an interruption for one.
                return 130 if self.once or self.demo and not self._stays() else 0
            return code

    async def _serve(self, folder: StateFolder, stop: asyncio.Event) -> int:
        # Here and not at the top, so that a missing package is told in one sentence and --help needs none.
        from . import processes
        from .cluster.cluster import Cluster, Licence
        from .controller.loop import Controller
        from .demo import Demo
        from .notebook_server import MARKER, NotebookServer
        from .runner.namespace import MISSING, Namespace
        from .server import Server

        processes.end(MARKER, str(folder.path))  # what a sandbox that was killed could not take with it
        cluster = Cluster.stocked(folder.path, self.edition)
        cluster.licence = Licence(self.licence)
        if self.stale:
            cluster.job_list.stale(self.stale)
        people = cluster.people
        user, group = people.user_named(USER), people.group_named(GROUP)
        assert group, "the catalogue has it"
        groups = [people.groups[each] for each in user.groups if people.groups[each].name != EVERYONE]
        folder.lay_out(groups)
        try:
            server = Server(cluster, self.port)
        except OSError as error:
            message = f"Port {self.port} cannot be used ({error.strerror})."
            raise SandboxError("port_unusable", message, "Choose another with --port, or leave it out.") from None
        namespace = Namespace.find(folder.path)
        if namespace is None:
            self.say(MISSING.format(folder=folder.path))
        controller, notebook = Controller(cluster.objects, people, folder.path, namespace), None
        try:
            controller.start()
            if self.notebook:
                notebook = NotebookServer(folder, server, group, namespace, groups)
                await notebook.start()
                server.lead_to(notebook.example_url)
            token = people.token_of(user.id)
            self._announce(folder, token, server, group, notebook)
            if self.once or self.demo:
                assert notebook, "_check_options sees to it"
                job = await Demo(notebook, token, self.say).run()
                if not self._report(folder, job) or not self._stays():
                    return 0 if job["phase"] == "Succeeded" else 1
                self._invite(server.login)
            await self._until_over(notebook, stop)
            return 0
        finally:
            self._closing = True
            loop = asyncio.get_running_loop()
            if notebook is not None:
                await loop.run_in_executor(None, notebook.stop)
            await loop.run_in_executor(None, controller.stop)
            await server.stop()

    async def _until_over(self, notebook, stop: asyncio.Event) -> None:
        if notebook is None:
            await stop.wait()
            return
        # The notebook's own Quit button ends the sandbox too.
        await asyncio.get_running_loop().run_in_executor(None, notebook.process.wait)
        self.say("The notebook server has ended, and the sandbox with it.")

    def _check_options(self) -> None:
        missing = [
            name for name in ("graphql", "papermill", "ipykernel", "cronsim") if importlib.util.find_spec(name) is None
        ]
        if missing:
            hint = "Install it with pip install 'primehub_nbext[sandbox]'."
            raise SandboxError("packages_missing", f"The sandbox needs {', '.join(missing)}.", hint)
        if shutil.which("bash") is None:
            raise SandboxError("no_bash", "There is no bash on this computer.", "Install it; jobs are run by it.")
        if (self.once or self.demo) and (not self.notebook or self.edition == "ce"):
            message = "--once and --demo submit a job through the notebook server."
            raise SandboxError("options_conflict", message, "Leave out --no-notebook and --edition ce.")

    def _stays(self) -> bool:
        return self.demo and not self.once and sys.stdin.isatty() and sys.stdout.isatty()

    def _announce(self, folder, token, server, group, notebook) -> None:
        console = server.login.link(f"/g/{group.name}/job")
        if self.json:
            facts = {
                "endpoint": f"{server.url}/api/graphql",
                "token": token,
                "group": {"id": group.id, "name": group.name},
                "console_url": f"{server.url}/console",
                "console_login_url": console,
                "home": str(folder.home),
                "notebook_url": notebook.example_url if notebook else None,
            }
            print(json.dumps(facts), flush=True)
        if self.once or self.demo:
            return
        self.say("The PrimeHub sandbox is running.")
        if notebook:
            self.say(f"  Notebook   {server.login.link('/notebook')}")
        self.say(f"  Console    {console}")
        self.say(f"  API        {server.url}/api/graphql")
        self.say(f"  API token  {token}")
        self.say("Ctrl-C stops everything.")

    def _report(self, folder: StateFolder, job: dict) -> bool:
        """Say how the job ended; return whether it succeeded."""
        if job["phase"] != "Succeeded":
            self.say(f"job_failed: {job['message']}")
            return False
        self.say(f"Output: {folder.home / Path(job['output_path'])}")
        return True

    def _invite(self, login) -> None:
        self.say()
        self.say("Now do it yourself:")
        self.say(f"  1. Open {login.link('/notebook')}")
        self.say("  2. Choose PrimeHub in the menu bar, then Submit Notebook as Job.")
        self.say("  3. Type start=1; end=10 as parameters and submit.")
        self.say(f"  4. See it run: {login.link(f'/g/{GROUP}/job')}")
        self.say(f"The result appears beside {EXAMPLE}. Ctrl-C stops everything.")


def main(argv=None) -> None:
    """Entry point for scripts."""
    with contextlib.suppress(BrokenPipeError):
        SandboxApp.launch_instance(argv)


if __name__ == "__main__":
    main()
