"""What the working group may use: PrimeHub's group object in; Group, InstanceType and Image out, sorted and bounded.

A list is used again for `resources_max_age` seconds; callers that ask at the same moment share one request.
"""

from __future__ import annotations

import threading
import time
from dataclasses import asdict, dataclass

from . import errors, queries
from .client import displayable

MAX_NAME = 10_000  # longer names are cut for display; no real one is


@dataclass(frozen=True)
class InstanceType:
    """`cpu` in cores, `memory_gb` in GB, `gpu` in devices."""

    name: str
    display_name: str
    description: str
    cpu: float
    memory_gb: float
    gpu: int


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
    group: dict
    instance_types: tuple[InstanceType, ...]
    images: tuple[Image, ...]
    quota: dict
    usage: dict
    default_timeout_seconds: int | None

    def to_dict(self) -> dict:
        return asdict(self)

    def check(self, instance_type: str, image: str) -> None:
        """Raises UnknownInstanceType, UnknownImage, ImageNotReady, ImageNeedsGpu."""
        chosen_type = next((each for each in self.instance_types if each.name == instance_type), None)
        chosen_image = next((each for each in self.images if each.name == image), None)
        if chosen_type is None:
            raise errors.UnknownInstanceType()
        if chosen_image is None:
            raise errors.UnknownImage()
        if not chosen_image.ready:
            raise errors.ImageNotReady()
        if chosen_image.kind == "gpu" and chosen_type.gpu <= 0:
            raise errors.ImageNeedsGpu()


class ResourceCache:
    """The group's resources, asked for when older than `config.resources_max_age` seconds."""

    def __init__(self, config, client):
        self.config = config
        self.client = client
        self._lock = threading.Lock()
        self._key: tuple | None = None
        self._value: Resources | None = None
        self._error: errors.PrimeHubError | None = None
        self._time = 0.0

    def get(self, group_id: str, token: str, refresh: bool = False) -> Resources:
        """Raises errors.GroupNotFound, NoGroupVolume, NoImages, NoInstanceTypes and the client's errors."""
        key, asked_at = (group_id, token), time.monotonic()
        with self._lock:  # callers of the same moment wait for the first one's answer, or failure
            if self._key == key and self._time >= asked_at and self._error:
                raise self._error
            fresh = self._time >= asked_at or (not refresh and asked_at - self._time < self.config.resources_max_age)
            if not (self._key == key and self._value and fresh):
                self._key, self._value, self._error = key, None, None
                try:
                    data = self.client.execute(queries.RESOURCES, {"group": group_id}, token)
                    self._value = read_resources(data, group_id)
                except errors.PrimeHubError as error:
                    self._error = error
                    raise
                finally:
                    self._time = time.monotonic()
            return self._value

    def choose(self, group_id: str, token: str, instance_type: str, image: str) -> Resources:
        """Resources in which both names are known and fit; a name that is not in the cache is asked for once more."""
        resources = self.get(group_id, token)
        try:
            resources.check(instance_type, image)
        except errors.PrimeHubError:
            resources = self.get(group_id, token, refresh=True)
            resources.check(instance_type, image)
        return resources

    def clear(self) -> None:
        with self._lock:
            self._key = self._value = self._error = None


def read_resources(data: dict, group_id: str = "") -> Resources:
    group = data.get("group")
    if group is None:
        raise errors.GroupNotFound()
    if not isinstance(group, dict):
        raise errors.BadAnswer()
    name = _text(group.get("name")) or group_id
    if not group.get("enabledSharedVolume"):
        raise errors.NoGroupVolume(displayable(name))
    instance_types = [_instance_type(each) for each in _items(group.get("instanceTypes"))]
    images = [_image(each) for each in _items(group.get("images"))]
    if not instance_types:
        raise errors.NoInstanceTypes()
    if not images:
        raise errors.NoImages()
    status = group.get("resourceStatus")
    status = status if isinstance(status, dict) else {}
    timeout = _number(group.get("jobDefaultActiveDeadlineSeconds"))
    return Resources(
        group={"id": _text(group.get("id")), "name": name, "display_name": _text(group.get("displayName")) or name},
        instance_types=tuple(sorted(instance_types, key=_by_display_name)),
        images=tuple(sorted(images, key=_by_display_name)),
        quota=_amounts(group, "projectQuotaCpu", "projectQuotaMemory", "projectQuotaGpu"),
        usage=_amounts(status, "cpuUsage", "memUsage", "gpuUsage"),
        default_timeout_seconds=int(timeout) if timeout is not None else 86400,
    )


def _by_display_name(thing) -> tuple:
    return (thing.display_name.casefold(), thing.name)


def _items(value) -> list[dict]:
    """The named objects of a list; anything else in it is passed over, anything but a list is a bad answer."""
    if not isinstance(value, list):
        raise errors.BadAnswer()
    return [each for each in value if isinstance(each, dict) and _text(each.get("name"))]


def _instance_type(each: dict) -> InstanceType:
    spec = each.get("spec") if isinstance(each.get("spec"), dict) else {}
    gpu_key = f"limits.{each.get('gpuResourceName') or spec.get('gpuResourceName') or 'nvidia.com/gpu'}"
    return InstanceType(
        name=_text(each.get("name")),
        display_name=_text(each.get("displayName")) or _text(each.get("name")),
        description=_text(each.get("description")),
        cpu=_first(each.get("cpuLimit"), spec.get("limits.cpu")) or 0.0,
        memory_gb=_first(each.get("memoryLimit"), spec.get("limits.memory")) or 0.0,
        gpu=int(_first(each.get("gpuLimit"), spec.get(gpu_key), spec.get("limits.gpu")) or 0),
    )


def _image(each: dict) -> Image:
    spec = each.get("spec") if isinstance(each.get("spec"), dict) else {}
    kind = each.get("type") or spec.get("type")
    return Image(
        name=_text(each.get("name")),
        display_name=_text(each.get("displayName")) or _text(each.get("name")),
        description=_text(each.get("description")),
        kind=kind if kind in ("cpu", "gpu") else "universal",
        ready=each.get("isReady") is not False,
    )


def _amounts(of: dict, cpu: str, memory: str, gpu: str) -> dict:
    gpus = _number(of.get(gpu))
    return {
        "cpu": _number(of.get(cpu)),
        "memory_gb": _number(of.get(memory)),
        "gpu": int(gpus) if gpus is not None else None,
    }


def _text(value) -> str:
    return value[:MAX_NAME] if isinstance(value, str) else ""


def _first(*values) -> float | None:
    return next((number for number in map(_number, values) if number is not None), None)


def _number(value) -> float | None:
    """A number, also from text such as "0.5", "500m" (thousandths) or "1G"; None for anything else."""
    if isinstance(value, bool) or value is None:
        return None
    factor = 1.0
    if isinstance(value, str):
        text = value.strip()
        for ending, each in (("Gi", 1.0), ("G", 1.0), ("Mi", 1 / 1024), ("M", 1 / 1000), ("m", 1 / 1000)):
            if text.endswith(ending):
                text, factor = text[: -len(ending)], each
                break
        value = text
    try:
        number = float(value) * factor
    except (TypeError, ValueError, OverflowError):
        return None
    return number if 0 <= number < 1e15 else None
