"""Where a notebook server works: settings and SDK file in; group, volume, links and what talks to PrimeHub out.

Shared by all handlers; usable from a script as well.
"""

from __future__ import annotations

import asyncio
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Callable, TypeVar
from urllib.parse import quote

from .config import IN_CLUSTER_ENDPOINT, PrimeHub
from .notebooks.volume import GroupVolume
from .primehub.client import Client
from .primehub.credentials import Credentials
from .primehub.errors import GroupRequired
from .primehub.group import Group
from .primehub.patience import patience
from .primehub.resources import ResourceCache
from .primehub.sdk_config import SdkConfig
from .primehub.streams import Stream, open_stream
from .threads import DaemonThreads

if TYPE_CHECKING:
    from typing import ParamSpec

    P = ParamSpec("P")
    T = TypeVar("T")


LOCAL_WORKERS = 4  # threads for work that never waits for PrimeHub


class Context:
    """The parts, each made when it is first needed.

    There are two doors to the threads: `run` for what may wait for PrimeHub, `run_local` for what only waits for the
    disk, so that it never waits behind the other. The third door, `stream`, is for what may take hours: no thread
    waits behind it.
    """

    def __init__(self, config: PrimeHub):
        self.config = config
        self._threads = DaemonThreads(config.max_workers, "primehub")
        self._local_threads = DaemonThreads(LOCAL_WORKERS, "primehub-local")

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of a plain function that may block, run in a thread; more calls than threads wait their turn.

        It may wait for PrimeHub for `request_timeout` + `settle_timeout` seconds, all its requests together.
        """
        return await self.start(function, *args, **kwargs)

    def start(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> asyncio.Future[T]:
        """As `run`, for who does not wait for the result, or not to the end."""
        return asyncio.get_running_loop().run_in_executor(self._threads, partial(self.call, function, *args, **kwargs))

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As `run`, in this thread: for a script, which has nothing else to do meanwhile."""
        with patience(self.config.request_timeout + self.config.settle_timeout):
            return function(*args, **kwargs)

    async def run_local(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As `run`, of a function that asks PrimeHub nothing."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._local_threads, partial(function, *args, **kwargs))

    async def stream(self, address: str) -> Stream:
        """PrimeHub's answer to a GET with the token in use, to be read as it comes, on the event loop.

        address : of `addresses.log_address` or `file_address`, which see to it that no other host gets the token

        Raises TokenRequired, PrimeHubFault.
        """
        token = await self.run_local(self.credentials.require)
        return await open_stream(self.config, address, token, self.run)

    @cached_property
    def sdk(self) -> SdkConfig:
        """The SDK's configuration file as it was when first needed; empty where there is none."""
        return SdkConfig.read(self.config.sdk_config_file)

    @cached_property
    def endpoint(self) -> str:
        """Address of PrimeHub's GraphQL API: the setting, else the SDK's, else that inside a cluster."""
        return self.config.api_endpoint or self.sdk.endpoint or IN_CLUSTER_ENDPOINT

    @cached_property
    def client(self) -> Client:
        """The one client of all threads, whose connections are kept alive."""
        return Client(self.config, self.endpoint)

    @cached_property
    def credentials(self) -> Credentials:
        """Whose API token is in use at `endpoint`."""
        return Credentials(self.config, self.client)

    @cached_property
    def resources(self) -> ResourceCache:
        """What the group may use, asked for again when older than `resources_max_age` seconds."""
        return ResourceCache(self.config, self.client)

    @cached_property
    def group(self) -> Group:
        """The working group: the settings' (GROUP_ID, GROUP_NAME), else the SDK's. Raises GroupRequired."""
        group_id, name = self.config.group_id, self.config.group_name
        if not (group_id and name) and not (group_id or name):
            group_id, name = self.sdk.group_id, self.sdk.group_name
        if not (group_id and name):
            raise GroupRequired()
        return Group(group_id, name)

    @property
    def volume(self) -> GroupVolume:
        """The group's volume, mounted or not. Raises GroupRequired."""
        return GroupVolume.of(self.config, self.group.name)

    def execute(self, document: str, variables: dict[str, Any], **options: Any) -> dict[str, Any]:
        """What PrimeHub answers to a document with the token in use; for `options` see client.Client.execute.

        Raises TokenRequired and the client's errors.
        """
        return self.client.execute(document, variables, self.credentials.require(), **options)

    def console_link(self, *parts: str) -> str:
        """Address of a page of the working group in PrimeHub's console."""
        path = "/".join(quote(part, safe="{}", errors="replace") for part in ("g", self.group.name, *parts))
        return f"{self.config.console_url.rstrip('/')}/{path}"
