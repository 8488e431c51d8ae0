"""What the working group may use: PrimeHub's answer in; Group, InstanceType and Image out, sorted and bounded.

A list is used again for `resources_max_age` seconds; callers that ask at the same moment share one request.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ..errors import PrimeHubError
from ..primehub import documents
from .answers import displayable
from .errors import (
    BadAnswer,
    GroupNotFound,
    ImageNeedsGpu,
    ImageNotReady,
    NoGroupVolume,
    NoImages,
    NoInstanceTypes,
    Timeout,
    Trouble,
    UnknownImage,
    UnknownInstanceType,
)
from .patience import waiting
from .quantities import read_counted, read_gigabytes, read_number
from .quota import Amounts, Shortage, find_shortage

if TYPE_CHECKING:
    from ..config import PrimeHub
    from .client import Client

MAX_NAME = 10_000  # longer names are cut for display; no real one is


@dataclass(frozen=True)
class InstanceType:
    """`cpu` in cores, `memory_gb` in GB, `gpu` in devices; `shortage` keeps a job of it from running."""

    name: str
    display_name: str
    description: str
    cpu: float
    memory_gb: float
    gpu: int
    shortage: Shortage | None


@dataclass(frozen=True)
class Image:
    """`kind` is `cpu`, `gpu` or `universal`; an image that is not `ready` cannot start."""

    name: str
    display_name: str
    description: str
    kind: str
    ready: bool


@dataclass(frozen=True)
class Resources:
    """What the group may use.

    group : `{"id", "name", "display_name"}`
    quota, usage : of the group, as quota.py has them
    user_quota : of each user in the group
    default_timeout_seconds : the time limit of a job that has none of its own
    """

    group: dict[str, str]
    instance_types: tuple[InstanceType, ...]
    images: tuple[Image, ...]
    quota: Amounts
    user_quota: Amounts
    usage: Amounts
    default_timeout_seconds: int | None

    def to_dict(self) -> dict[str, Any]:
        """As `GET resources` answers it (docs/rest-api.md)."""
        return asdict(self)

    def check(self, instance_type: str, image: str) -> None:
        """Refuse names that do not fit. Raises UnknownInstanceType, UnknownImage, ImageNotReady, ImageNeedsGpu."""
        chosen_type = next((each for each in self.instance_types if each.name == instance_type), None)
        chosen_image = next((each for each in self.images if each.name == image), None)
        if chosen_type is None:
            raise UnknownInstanceType()
        if chosen_image is None:
            raise UnknownImage()
        if not chosen_image.ready:
            raise ImageNotReady()
        if chosen_image.kind == "gpu" and chosen_type.gpu <= 0:
            raise ImageNeedsGpu()


class ResourceCache:
    """The group's resources, asked for when older than `config.resources_max_age` seconds."""

    def __init__(self, config: PrimeHub, client: Client):
        self.config = config
        self.client = client
        self._lock = threading.Lock()  # held for a moment only, never while PrimeHub is asked
        self._asking: dict[tuple[str, str], Future[Resources]] = {}
        self._known: tuple[tuple[str, str], Resources, float] | None = None  # for whom, what, and when (monotonic)

    def get(self, group_id: str, token: str, refresh: bool = False) -> Resources:
        """What the group may use, as PrimeHub said at most `resources_max_age` seconds ago, or says now (`refresh`).

        Raises GroupNotFound, NoGroupVolume, NoImages, NoInstanceTypes, Trouble and the client's errors.
        """
        key = (group_id, token)
        with self._lock:
            if not refresh and self._known and self._known[0] == key:
                _, resources, at = self._known
                if time.monotonic() - at < self.config.resources_max_age:
                    return resources
            asking = self._asking.get(key)
            if first := asking is None:
                asking = self._asking[key] = Future()
                self._known = None  # should PrimeHub fail now, nobody is told what it said before
        if first:
            self._answer(key, asking)
        with waiting() as left:  # callers of the same moment wait for the first one's answer, or failure
            try:
                return asking.result(left)
            except FutureTimeout:
                raise Timeout() from None

    def _answer(self, key: tuple[str, str], asking: Future[Resources]) -> None:
        try:
            resources = self._ask(*key)
        except BaseException as error:  # whoever waits for this answer has to hear of it, whatever it is
            self._forget(key, asking)
            asking.set_exception(error)
        else:
            with self._lock:
                if self._asking.get(key) is asking:  # else it was cleared since
                    self._known = (key, resources, time.monotonic())
            self._forget(key, asking)
            asking.set_result(resources)

    def _forget(self, key: tuple[str, str], asking: Future[Resources]) -> None:
        with self._lock:
            if self._asking.get(key) is asking:
                del self._asking[key]

    def last(self, group_id: str, token: str) -> tuple[Resources, float] | None:
        """What PrimeHub said last, however long ago, and the seconds since then; None where it was not asked yet."""
        with self._lock:
            if self._known is None or self._known[0] != (group_id, token):
                return None
            return self._known[1], time.monotonic() - self._known[2]

    def choose(self, group_id: str, token: str, instance_type: str, image: str) -> Resources:
        """Resources in which both names are known and fit; a name that is not in the cache is asked for once more."""
        resources = self.get(group_id, token)
        try:
            resources.check(instance_type, image)
        except PrimeHubError:
            resources = self.get(group_id, token, refresh=True)
            resources.check(instance_type, image)
        return resources

    def _ask(self, group_id: str, token: str) -> Resources:
        data = self.client.execute(documents.RESOURCES, {"group": group_id}, token, nulls=True)
        try:
            return read_resources(data, group_id)
        except (GroupNotFound, NoInstanceTypes, NoImages) as refusal:
            again = self.client.execute(documents.MEMBERSHIP, {"group": group_id}, token, nulls=True)
            raise second_look(refusal, again, group_id) from None

    def clear(self) -> None:
        """Forget what was answered, and what is being asked."""
        with self._lock:
            self._known = None
            self._asking.clear()


def read_resources(data: dict[str, Any], group_id: str = "") -> Resources:
    """From what `documents.RESOURCES` answers; what is missing there may be PrimeHub in trouble (`second_look`)."""
    me, group = data.get("me"), data.get("group")
    if me is None:
        raise Trouble()
    groups = me.get("effectiveGroups") if isinstance(me, dict) else None
    if not isinstance(groups, list) or not isinstance(group, (dict, type(None))):
        raise BadAnswer()
    mine = next((each for each in groups if isinstance(each, dict) and each.get("id") == group_id), None)
    if mine is None:
        raise GroupNotFound()
    if group is None:
        raise Trouble()
    name = _text(group.get("name")) or group_id
    if not group.get("enabledSharedVolume"):
        raise NoGroupVolume(displayable(name))
    status = group.get("resourceStatus")
    status = status if isinstance(status, dict) else {}
    quota = _amounts(group, "projectQuotaCpu", "projectQuotaMemory", "projectQuotaGpu")
    user_quota = _amounts(group, "quotaCpu", "quotaMemory", "quotaGpu")
    usage = _amounts(status, "cpuUsage", "memUsage", "gpuUsage")
    instance_types = [read_instance_type(each, user_quota, quota, usage) for each in _items(mine.get("instanceTypes"))]
    images = [_image(each) for each in _items(mine.get("images"))]
    if not instance_types:
        raise NoInstanceTypes()
    if not images:
        raise NoImages()
    timeout = read_number(group.get("jobDefaultActiveDeadlineSeconds"))
    return Resources(
        group={"id": _text(group.get("id")), "name": name, "display_name": _text(group.get("displayName")) or name},
        instance_types=tuple(sorted(instance_types, key=_by_display_name)),
        images=tuple(sorted(images, key=_by_display_name)),
        quota=quota,
        user_quota=user_quota,
        usage=usage,
        default_timeout_seconds=int(timeout) if timeout is not None else 86400,
    )


def second_look(refusal: PrimeHubError, again: dict[str, Any], group_id: str) -> PrimeHubError:
    """The refusal, or Trouble: what `documents.MEMBERSHIP` answers decides.

    PrimeHub tells of no groups, no images and no instance types where Keycloak or Kubernetes failed. Had they failed
    again, there would be no answer (`phJobs`, `images`); but PrimeHub's list of groups fails with other lists, too.
    """
    me, group = again.get("me"), again.get("group")
    groups = me.get("groups") if isinstance(me, dict) else None
    if not isinstance(groups, list):
        return Trouble()
    member = any(isinstance(each, dict) and each.get("id") == group_id for each in groups)
    unlisted = not groups and group is not None
    return Trouble() if isinstance(refusal, GroupNotFound) and (member or unlisted) else refusal


def _by_display_name(thing: InstanceType | Image) -> tuple[str, str]:
    return (thing.display_name.casefold(), thing.name)


def _items(value: object) -> list[dict[str, Any]]:
    """The named objects of a list; anything else in it is passed over, anything but a list is a bad answer."""
    if value is None:  # it could not be read; the error beside it says why
        raise Trouble()
    if not isinstance(value, list):
        raise BadAnswer()
    return [each for each in value if isinstance(each, dict) and _text(each.get("name"))]


def read_instance_type(each: dict[str, Any], *amounts: Amounts) -> InstanceType:
    """One of PrimeHub's instance types; what it does not say is "" or 0.

    amounts : a user's quota, the group's and what the group uses; without them nothing is short
    """
    spec = each.get("spec")
    spec = spec if isinstance(spec, dict) else {}
    memory = spec.get("limits.memory")
    cpu, memory_gb = read_number(spec.get("limits.cpu")) or 0.0, read_gigabytes(memory) or 0.0
    # as PrimeHub counts them for quotas (getGpuLimit): whatever the resource is called, or if it is not
    gpu = int(read_number(spec.get("limits.gpu", spec.get("limits.nvidia.com/gpu"))) or 0)
    needs = {"cpu": cpu, "memory_gb": memory_gb, "gpu": gpu}
    return InstanceType(
        name=_text(each.get("name")),
        display_name=_text(each.get("displayName")) or _text(each.get("name")),
        description=_text(each.get("description")),
        cpu=cpu,
        memory_gb=memory_gb,
        gpu=gpu,
        shortage=find_shortage(needs, read_counted(memory), *amounts) if amounts else None,
    )


def _image(each: dict[str, Any]) -> Image:
    kind = each.get("type")
    return Image(
        name=_text(each.get("name")),
        display_name=_text(each.get("displayName")) or _text(each.get("name")),
        description=_text(each.get("description")),
        kind=kind if kind in ("cpu", "gpu") else "universal",
        ready=bool(_text(each.get("url")).strip()),
    )


def _amounts(of: dict[str, Any], cpu: str, memory: str, gpu: str) -> dict[str, float | None]:
    """Amounts as PrimeHub counts them, in cores, GB and devices: numbers, or texts of numbers."""
    gpus = read_number(of.get(gpu))
    return {
        "cpu": read_number(of.get(cpu)),
        "memory_gb": read_number(of.get(memory)),
        "gpu": int(gpus) if gpus is not None else None,
    }


def _text(value: object) -> str:
    return value[:MAX_NAME] if isinstance(value, str) else ""
