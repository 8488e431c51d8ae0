"""`jupyter primehub …`: words on the command line in; one of the subcommands runs."""

from __future__ import annotations

import sys

from jupyter_core.application import JupyterApp

from .._version import __version__


class PrimeHubApp(JupyterApp):
    """`jupyter primehub`: a PrimeHub to try on this machine."""

    name = "jupyter-primehub"
    description = "PrimeHub for the classic Jupyter Notebook: submit a notebook as a job."
    version = __version__
    subcommands = {
        "sandbox": (
            "primehub_nbext.sandbox.app.SandboxApp",
            "Start a small PrimeHub on this machine, with a classic Notebook wired to it.",
        )
    }

    def start(self) -> None:
        """Run the subcommand; without one, print what there is and end with exit status 1."""
        super().start()
        self.print_help()
        self.exit(1)


def main() -> None:
    """What `jupyter primehub` runs, with the words of the process's command line."""
    PrimeHubApp.launch_instance(sys.argv[1:])


if __name__ == "__main__":
    main()
