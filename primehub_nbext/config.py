"""What an operator can set: every trait with its meaning, unit, default and environment variable."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any, Callable
from urllib.parse import urlsplit

from jupyter_core.paths import jupyter_data_dir
from traitlets import Bool, Bunch, Float, Int, Unicode, default, validate
from traitlets.config import LoggingConfigurable

IN_CLUSTER_ENDPOINT = "http://primehub-graphql/api/graphql"


def _is_http(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return not address or (parts.scheme in ("http", "https") and bool(parts.hostname))
    except ValueError:  # what stands where the host does is no host
        return False


# What a value must be, wherever it comes from; traitlets sees to its type.
ABOVE_0 = (lambda value: 0 < value < math.inf, "a number of seconds above 0")
SECONDS = (lambda value: 0 <= value < math.inf, "a number of seconds")
AT_LEAST_1 = (lambda value: value >= 1, "at least 1")
ADDRESS = (_is_http, "an address that begins with http:// or https://")
PATH = (lambda value: not value or (os.path.isabs(value) and "\0" not in value), "an absolute path")
CHECKS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "api_endpoint": ADDRESS,
    "log_url": ADDRESS,
    "proxy": ADDRESS,
    "connect_timeout": ABOVE_0,
    "request_timeout": ABOVE_0,
    "settle_timeout": SECONDS,
    "resources_max_age": SECONDS,
    "snapshot_max_age": SECONDS,
    "max_workers": AT_LEAST_1,
    "max_answer_bytes": AT_LEAST_1,
    "home_dir": PATH,
    "group_volume_path": PATH,
    "token_file": PATH,
    "sdk_config_file": PATH,
    "ca_bundle": PATH,
}


def from_environment(name: str, *variables: str, otherwise: Callable[[], Any] = str) -> Any:
    """The default of a setting: the first of the variables that is not empty, else, or where it is no good, another."""

    def made(self: PrimeHub) -> Any:
        fallback = otherwise()
        variable = next((each for each in variables if os.environ.get(each)), None)
        if variable is None:
            return fallback
        good, what = CHECKS.get(name, (lambda value: True, "text"))
        try:
            value = type(fallback)(os.environ[variable])
            if good(value):
                return value
        except ValueError:
            pass
        self.log.warning("primehub: %s is not used: PrimeHub.%s must be %s", variable, name, what)
        return fallback

    return default(name)(made)


def _home() -> str:
    return "/home/jovyan" if os.path.isdir("/home/jovyan") else os.path.expanduser("~")


def _private_token_file() -> str:
    return str(Path(jupyter_data_dir()) / "primehub" / "token.json")


def _sdk_file() -> str:
    return os.path.expanduser("~/.primehub/config.json")


class PrimeHub(LoggingConfigurable):
    """Settings of the PrimeHub extension (`c.PrimeHub.… = …`, or `--PrimeHub.…=…`).

    Paths and names follow the platform; README.md has them in one table.
    """

    api_endpoint = Unicode(
        help="""Address of PrimeHub's GraphQL API. Environment: PRIMEHUB_API_ENDPOINT. When neither is set, the
        `endpoint` in the SDK's ~/.primehub/config.json, else the address inside a PrimeHub cluster."""
    ).tag(config=True)
    console_url = Unicode(
        help="""Address of PrimeHub's console, absolute or from the root of this host; links to job and token pages
        begin with it. Environment: PRIMEHUB_CONSOLE_URL. Default: /console.""",
    ).tag(config=True)
    log_url = Unicode(
        help="""Address under which /api/logs and /api/files are, where that is not the host of `api_endpoint`. The API
        token is sent there, and to no host that PrimeHub's answers name. Environment: PRIMEHUB_LOG_URL."""
    ).tag(config=True)
    home_dir = Unicode(
        help="""The folder that stands for /home/jovyan: the group volume is looked for in it, and the same path must
        reach the volume in a job. Environment: PRIMEHUB_HOME_DIR. Default: /home/jovyan if it exists, else $HOME."""
    ).tag(config=True)
    group_volume_path = Unicode(
        help="""Path of the group volume, for platforms that mount it elsewhere; the same path must exist in a job.
        Environment: PRIMEHUB_GROUP_VOLUME_PATH. Default: <home_dir>/<volume>, else /project/<volume>."""
    ).tag(config=True)
    group_id = Unicode(help="Id of the working group. Environment: GROUP_ID; else the SDK's group.").tag(config=True)
    group_name = Unicode(help="Name of the working group. Environment: GROUP_NAME; else the SDK's group.").tag(
        config=True
    )
    instance_type = Unicode(help="Instance type chosen at first in the dialog. Environment: INSTANCE_TYPE.").tag(
        config=True
    )
    image = Unicode(help="Image chosen at first in the dialog. Environment: IMAGE_NAME.").tag(config=True)
    token_file = Unicode(
        help="""File in which the API token typed in the prompt is kept, mode 0600; must not be on a shared volume.
        Environment: PRIMEHUB_TOKEN_FILE. Default: primehub/token.json in Jupyter's data folder."""
    ).tag(config=True)
    sdk_config_file = Unicode(
        help="""The PrimeHub SDK's configuration file. Environment: PRIMEHUB_CONFIG_FILE. Default:
        ~/.primehub/config.json."""
    ).tag(config=True)
    connect_timeout = Float(
        5.0, help="Seconds to wait for a connection to PrimeHub, all addresses of it together."
    ).tag(config=True)
    request_timeout = Float(
        20.0,
        help="""Seconds that one request to PrimeHub may take from beginning to end. Environment:
        PRIMEHUB_REQUEST_TIMEOUT. Default: 20.""",
    ).tag(config=True)
    settle_timeout = Float(
        10.0,
        help="""Seconds to look, all looks together, for a job whose creation PrimeHub did not confirm, before PrimeHub
        is asked for it again. Environment: PRIMEHUB_SETTLE_TIMEOUT. Default: 10.""",
    ).tag(config=True)
    max_answer_bytes = Int(16 * 1024 * 1024, help="Bytes of one answer of PrimeHub that are read at most.").tag(
        config=True
    )
    max_workers = Int(32, help="Threads at most for work that waits for PrimeHub or for the disk.").tag(config=True)
    resources_max_age = Float(30.0, help="Seconds for which a list of images and instance types is used again.").tag(
        config=True
    )
    snapshot_max_age = Float(
        45 * 86400.0,
        help="""Seconds after which a snapshot that no job or schedule listed by PrimeHub needs is removed; a younger
        one is never removed. Default: 45 days (PrimeHub keeps job records for 30). 0 turns the pruning off.""",
    ).tag(config=True)
    ca_bundle = Unicode(
        help="""File of certificate authorities to trust when PrimeHub's API is https. Environment: PRIMEHUB_CA_BUNDLE,
        else REQUESTS_CA_BUNDLE. Default: those of the certifi package."""
    ).tag(config=True)
    proxy = Unicode(
        help="""Proxy for requests to PrimeHub, as http://host:port. Only this setting counts: HTTP_PROXY and the like
        are ignored, because the proxy of a pod is rarely meant for, or trusted with, PrimeHub's token."""
    ).tag(config=True)
    prune = Bool(True, help="Whether old snapshots are removed after a submission.").tag(config=True)

    _api_endpoint = from_environment("api_endpoint", "PRIMEHUB_API_ENDPOINT")
    _console_url = from_environment("console_url", "PRIMEHUB_CONSOLE_URL", otherwise=lambda: "/console")
    _log_url = from_environment("log_url", "PRIMEHUB_LOG_URL")
    _home_dir = from_environment("home_dir", "PRIMEHUB_HOME_DIR", otherwise=_home)
    _group_volume_path = from_environment("group_volume_path", "PRIMEHUB_GROUP_VOLUME_PATH")
    _group_id = from_environment("group_id", "GROUP_ID")
    _group_name = from_environment("group_name", "GROUP_NAME")
    _instance_type = from_environment("instance_type", "INSTANCE_TYPE")
    _image = from_environment("image", "IMAGE_NAME")
    _token_file = from_environment("token_file", "PRIMEHUB_TOKEN_FILE", otherwise=_private_token_file)
    _sdk_config_file = from_environment("sdk_config_file", "PRIMEHUB_CONFIG_FILE", otherwise=_sdk_file)
    _request_timeout = from_environment("request_timeout", "PRIMEHUB_REQUEST_TIMEOUT", otherwise=lambda: 20.0)
    _settle_timeout = from_environment("settle_timeout", "PRIMEHUB_SETTLE_TIMEOUT", otherwise=lambda: 10.0)
    _ca_bundle = from_environment("ca_bundle", "PRIMEHUB_CA_BUNDLE", "REQUESTS_CA_BUNDLE")

    @validate(*CHECKS)
    def _checked(self, proposal: Bunch) -> Any:
        """The proposed value; one that is no good is named in the log, and the default is used."""
        name = proposal.trait.name
        good, what = CHECKS[name]
        if good(proposal.value):
            return proposal.value
        self.log.warning("primehub: PrimeHub.%s is not used: it must be %s", name, what)
        return self.trait_defaults(name)
