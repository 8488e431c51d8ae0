"""A job's resources: what PrimeHub's agent measured in; plots beside the instance type's limits, and what it says, out.

The agent writes one JSON file, of which PrimeHub passes on what it finds: lists of records by span, in which CPU is
percent of one core, memory bytes, time Unix seconds. On hosts with version 2 control groups it measures nothing: all
numbers are 0. Jobs of less than about 10 s leave empty lists.
"""

from __future__ import annotations

import math
from typing import Any

from ..context import Context
from ..primehub import documents
from ..primehub.errors import Incompatible
from ..primehub.quantities import GIGABYTE
from ..primehub.resources import read_instance_type
from .asking import ask_about
from .query import OVER

SPANS = ("15m", "1h", "3h", "lifetime")
MOST_POINTS = 10_000  # of a span; the agent keeps 8064 at most
LITTLE, MUCH = 0.5, 0.9  # of the limit
SMALL_GB = 1.0  # below which a smaller instance type is not worth a sentence
IDLE_PERCENT = 1.0
NOTES = {
    "monitoring_not_yet": "Nothing was measured yet: the first numbers come some seconds after the job's start.",
    "monitoring_none": "PrimeHub has no measurements of this job.",
    "monitoring_too_short": "The job was too short: PrimeHub measures every 10 seconds or so.",
    "monitoring_zero": "PrimeHub measured nothing where the job ran: its agent needs version 1 control groups.",
}
ADVICE = {
    "smaller_instance_type": "Peak memory {peak} of {limit} GB: a smaller instance type would do.",
    "memory_nearly_used": "Peak memory {peak} of {limit} GB: a job that needs a little more would be killed.",
    "gpu_idle": "The GPU was not used: an instance type without one would do.",
}


def describe_monitoring(context: Context, job_id: str) -> dict[str, Any]:
    """What `GET jobs/<id>/monitoring` answers. Raises JobNotFound, AccessDenied, BadAnswer."""
    try:
        job = ask_about(context, documents.MONITORING, job_id)
    except Incompatible:  # PrimeHub has measured jobs from 3.2 on
        job = ask_about(context, documents.LOG, job_id)
    # Also None while the file is being written, or where PrimeHub has no store; it says why in errors for programmers.
    measured = job.get("monitoring") if isinstance(job.get("monitoring"), dict) else None
    spec = _dict((measured or {}).get("spec"))
    limits = _limits(job.get("instanceType"), spec)
    spans = {name: read_span(_dict((measured or {}).get("datasets")).get(name), spec) for name in SPANS}
    peak = peaks(spans)
    over = job.get("phase") in OVER
    return {
        "spans": spans,
        "limits": limits,
        "peak": peak,
        "over": over,
        "note": note_on(peak, over, measured is not None),
        "advice": advice(peak, limits) if over else [],
    }


def read_span(records: object, spec: dict[str, Any]) -> dict[str, Any]:
    """The records of one span as columns: `time` (Unix seconds), `cpu` (cores), `memory` (bytes) and each GPU's."""
    rows = [each for each in records if isinstance(each, dict)] if isinstance(records, list) else []
    rows = sorted(rows[-MOST_POINTS:], key=lambda row: _number(row.get("timestamp")))
    totals = {each.get("index"): _number(each.get("mem_total")) for each in _dicts(spec.get("GPU"))}
    by_gpu = [{gpu.get("index"): gpu for gpu in _dicts(row.get("GPU"))} for row in rows]
    indexes = sorted({index for gpus in by_gpu for index in gpus if isinstance(index, int)})
    return {
        "time": [_number(row.get("timestamp")) for row in rows],
        "cpu": [_number(row.get("cpu_util")) / 100 for row in rows],
        "memory": [_number(row.get("mem_used")) for row in rows],
        "gpus": [
            {
                "index": index,
                "utilization": [_number(gpus.get(index, {}).get("gpu_util")) for gpus in by_gpu],
                "memory": [_number(gpus.get(index, {}).get("mem_used")) for gpus in by_gpu],
                "memory_total": totals.get(index) or None,
            }
            for index in indexes
        ],
    }


def peaks(spans: dict[str, dict[str, Any]]) -> dict[str, float] | None:
    """The highest values of all spans: `cpu` (cores), `memory` (bytes), `gpu` (percent); None without any value."""
    if not any(span["time"] for span in spans.values()):
        return None
    gpus = [value for span in spans.values() for gpu in span["gpus"] for value in gpu["utilization"]]
    highest = {key: max((max(span[key], default=0) for span in spans.values()), default=0) for key in ("cpu", "memory")}
    return {**highest, "gpu": max(gpus, default=0)}


def note_on(peak: dict[str, float] | None, over: bool, measured: bool) -> dict[str, str] | None:
    """Why there is nothing to see, if there is nothing."""
    if peak and any(peak.values()):
        return None
    if peak:
        code = "monitoring_zero"
    elif not over:
        code = "monitoring_not_yet"
    else:
        code = "monitoring_too_short" if measured else "monitoring_none"
    return {"code": code, "message": NOTES[code]}


def advice(peak: dict[str, float] | None, limits: dict[str, Any]) -> list[dict[str, Any]]:
    """What another instance type would be better for, of a job that has ended: `code`, `message` and its `values`."""
    if not peak or not any(peak.values()):
        return []
    said = []
    memory, limit = peak["memory"] / GIGABYTE, (limits["memory"] or 0) / GIGABYTE
    values = {"peak": _rounded(memory), "limit": _rounded(limit)}
    if limit > SMALL_GB and memory <= LITTLE * limit and peak["cpu"] <= LITTLE * (limits["cpu"] or math.inf):
        said.append(("smaller_instance_type", values))
    elif limit and memory >= MUCH * limit:
        said.append(("memory_nearly_used", values))
    if limits["gpu"] and peak["gpu"] < IDLE_PERCENT:
        said.append(("gpu_idle", {"gpus": str(limits["gpu"])}))
    return [{"code": code, "message": ADVICE[code].format(**each), "values": each} for code, each in said]


def _limits(given: object, spec: dict[str, Any]) -> dict[str, Any]:
    """What the job may use at most: `cpu` (cores), `memory` (bytes), `gpu` (devices); None for what is not known."""
    known = _dict(given)
    instance_type = read_instance_type(known) if isinstance(known.get("spec"), dict) else None
    gigabytes = instance_type.memory_gb if instance_type else 0.0
    return {
        "instance_type": instance_type.display_name if instance_type else None,
        "cpu": (instance_type.cpu or None) if instance_type else None,
        "memory": int(_number(spec.get("mem_total")) or gigabytes * GIGABYTE) or None,
        "gpu": instance_type.gpu if instance_type else None,
    }


def _number(value: object) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1e18:
        return value
    return 0


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _rounded(gigabytes: float) -> str:
    return f"{gigabytes:.1f}" if gigabytes >= 0.1 else f"{gigabytes:.2f}"
