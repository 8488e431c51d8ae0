"""Settings: Jupyter's configuration files in; what a notebook server started here would find in them out."""

from __future__ import annotations

import contextlib
import copy
import logging
import sys
from dataclasses import dataclass, field

from jupyter_core.paths import jupyter_config_path
from traitlets.config import Config
from traitlets.config.loader import ConfigFileNotFound, JSONFileConfigLoader, PyFileConfigLoader

from ..config import PrimeHub

# Which of the two servers there is, is not asked: what both have settings in, the later file decides.
FILES = ("jupyter_config", "jupyter_notebook_config", "jupyter_server_config", "jupyter_primehub_config")
LOG = logging.getLogger("primehub_nbext")


@dataclass
class Settings:
    """What was found.

    config : all files together
    by_file : of those that have anything, in the order in which they are read; the last one that has a setting counts
    broken : those that could not be read
    """

    config: Config = field(default_factory=Config)
    by_file: dict[str, Config] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)


class _Collected(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage().replace("primehub: ", "", 1))


def refused_settings(config: Config) -> list[str]:
    """What is said of settings of the extension that make no sense and are not used."""
    log, said = logging.Logger("primehub_nbext"), _Collected()
    log.addHandler(said)
    made = PrimeHub(config=config, log=log)
    for name in made.trait_names(config=True):  # what the environment says is read when it is first used
        getattr(made, name)
    return list(dict.fromkeys(f"{each}." for each in said.messages))


def read_settings() -> Settings:
    """What the configuration files hold; never raises. They are Python, and what they print goes to standard error.

    Not those of the current folder, which Jupyter does not read any more either: they may be anybody's.
    """
    found = Settings()
    for name in FILES:
        for folder in reversed(jupyter_config_path()):
            for kind, ending in ((PyFileConfigLoader, ".py"), (JSONFileConfigLoader, ".json")):
                loader = kind(name + ending, path=folder, log=LOG)
                try:
                    with contextlib.redirect_stdout(sys.stderr):
                        config = loader.load_config()
                except ConfigFileNotFound:
                    continue
                except Exception as error:  # whatever the file does; a server goes on without it, too
                    LOG.warning("primehub: %s could not be read: %s", loader.full_filename, type(error).__name__)
                    found.broken.append(loader.full_filename)
                    continue
                found.config.merge(copy.deepcopy(config))  # of which it keeps parts, and merges others into those
                if config:
                    found.by_file[loader.full_filename] = config
    return found
