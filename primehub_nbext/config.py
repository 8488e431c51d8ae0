"""What an operator can set: every trait with its meaning, unit, default and environment variable."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jupyter_core.paths import jupyter_data_dir
from traitlets import Bool, Bunch, Float, Int, TraitError, Unicode, default, validate
from traitlets.config import LoggingConfigurable

IN_CLUSTER_ENDPOINT = "http://primehub-graphql/api/graphql"


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
        begin with it. Environment: PRIMEHUB_CONSOLE_URL. Default: /console."""
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
        help="""Seconds that one request to PrimeHub may take from beginning to end. Environment:
        PRIMEHUB_REQUEST_TIMEOUT. Default: 20."""
    ).tag(config=True)
    settle_timeout = Float(
        help="""Seconds to look, all looks together, for a job whose creation PrimeHub did not confirm, before PrimeHub
        is asked for it again. Environment: PRIMEHUB_SETTLE_TIMEOUT. Default: 10."""
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

    @default("api_endpoint")
    def _api_endpoint_default(self) -> str:
        return os.environ.get("PRIMEHUB_API_ENDPOINT", "")

    @default("console_url")
    def _console_url_default(self) -> str:
        return os.environ.get("PRIMEHUB_CONSOLE_URL") or "/console"

    @default("home_dir")
    def _home_dir_default(self) -> str:
        home = os.environ.get("PRIMEHUB_HOME_DIR")
        if home:
            return home
        return "/home/jovyan" if os.path.isdir("/home/jovyan") else os.path.expanduser("~")

    @default("group_volume_path")
    def _group_volume_path_default(self) -> str:
        return os.environ.get("PRIMEHUB_GROUP_VOLUME_PATH", "")

    @default("group_id")
    def _group_id_default(self) -> str:
        return os.environ.get("GROUP_ID", "")

    @default("group_name")
    def _group_name_default(self) -> str:
        return os.environ.get("GROUP_NAME", "")

    @default("instance_type")
    def _instance_type_default(self) -> str:
        return os.environ.get("INSTANCE_TYPE", "")

    @default("image")
    def _image_default(self) -> str:
        return os.environ.get("IMAGE_NAME", "")

    @default("token_file")
    def _token_file_default(self) -> str:
        return os.environ.get("PRIMEHUB_TOKEN_FILE") or str(Path(jupyter_data_dir()) / "primehub" / "token.json")

    @default("sdk_config_file")
    def _sdk_config_file_default(self) -> str:
        return os.environ.get("PRIMEHUB_CONFIG_FILE") or os.path.expanduser("~/.primehub/config.json")

    @default("request_timeout")
    def _request_timeout_default(self) -> float:
        return self._seconds("PRIMEHUB_REQUEST_TIMEOUT", 20.0)

    @default("settle_timeout")
    def _settle_timeout_default(self) -> float:
        return self._seconds("PRIMEHUB_SETTLE_TIMEOUT", 10.0)

    @default("ca_bundle")
    def _ca_bundle_default(self) -> str:
        return os.environ.get("PRIMEHUB_CA_BUNDLE") or os.environ.get("REQUESTS_CA_BUNDLE") or ""

    def _seconds(self, name: str, fallback: float) -> float:
        """A number of seconds from the environment; a value that is none is told in the log and not used."""
        text = os.environ.get(name, "")
        try:
            return float(text) if text else fallback
        except ValueError:
            self.log.warning("primehub: %s is not a number of seconds; using %s", name, fallback)
            return fallback

    @validate(
        "connect_timeout",
        "request_timeout",
        "resources_max_age",
        "settle_timeout",
        "snapshot_max_age",
    )
    def _not_negative(self, proposal: Bunch) -> Any:
        if proposal.value < 0 or (
            proposal.value == 0 and proposal.trait.name in ("connect_timeout", "request_timeout")
        ):
            raise TraitError(f"PrimeHub.{proposal.trait.name} must be a positive number of seconds")
        return proposal.value

    @validate("max_workers", "max_answer_bytes")
    def _positive(self, proposal: Bunch) -> Any:
        if proposal.value < 1:
            raise TraitError(f"PrimeHub.{proposal.trait.name} must be at least 1")
        return proposal.value

    @validate("api_endpoint", "proxy")
    def _http_address(self, proposal: Bunch) -> Any:
        if proposal.value and (
            urlsplit(proposal.value).scheme not in ("http", "https") or not urlsplit(proposal.value).hostname
        ):
            raise TraitError(f"PrimeHub.{proposal.trait.name} must begin with http:// or https://")
        return proposal.value
