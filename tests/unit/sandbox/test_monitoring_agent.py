"""The monitoring agent's samples, means and file, on a clock that the test moves; what it counts of processes."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys

import pytest

from primehub_nbext.sandbox.runner.agent import Agent, Series

pytestmark = pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="this system has no /proc")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "monitoring"


def datasets(path):
    return json.loads(path.read_text())["datasets"]


def test_a_file_with_empty_lists_is_there_at_once(path):
    Agent(str(path), 1 << 30, lambda: (0, 0), 100)
    assert path.read_text() == (
        '{"spec":{"mem_total":1073741824,"GPU":[]},"datasets":{"15m":[],"1h":[],"3h":[],"lifetime":[]}}'
    )
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_samples_and_means_as_recorded_with_made_up_numbers(path):
    used = iter([(0, 0), (15, 200_000_000), (29.95, 200_000_000)])
    agent = Agent(str(path), 1 << 30, lambda: next(used), 0)
    for now in range(5, 31, 5):
        agent.tick(now)
    sets = datasets(path)
    assert [(each["timestamp"], each["cpu_util"], each["mem_used"]) for each in sets["15m"]] == [
        (5, 0, 0),
        (15, 150, 200_000_000),
        (25, 149, 200_000_000),
    ]
    assert sets["1h"] == [{"timestamp": 5, "cpu_util": 99, "mem_used": 133_333_333, "GPU": []}]


def test_the_newest_sample_waits_for_the_next_write(path):
    agent = Agent(str(path), 0, lambda: (0, 0), 0)
    for now in (5, 10, 15):
        agent.tick(now)
    agent.flush(16)  # a HUP at the end of the job
    assert [each["timestamp"] for each in datasets(path)["15m"]] == [5]
    agent.tick(20)
    assert [each["timestamp"] for each in datasets(path)["15m"]] == [5, 15]


def test_the_lists_are_as_long_as_their_spans():
    series = Series()
    for number in range(9000):
        series.add(10 * number, number, number)
    assert {name: len(records) for name, records in series.records.items()} == {
        "15m": 90,
        "1h": 120,
        "3h": 90,
        "lifetime": 300,
    }
    assert series.records["lifetime"][0] == {"timestamp": 0, "cpu_util": 14, "mem_used": 14, "GPU": []}
    assert series.records["15m"][-1]["timestamp"] == 89990


def test_usage_is_that_of_the_pods_processes():
    code = (
        "from primehub_nbext.sandbox.runner.agent import pod_usage\n"
        "import json; held = bytearray(b'x') * 50_000_000; print(json.dumps(pod_usage()))"
    )
    env = {**os.environ, "HOSTNAME": "pod-of-this-test"}
    cpu, memory = json.loads(subprocess.check_output([sys.executable, "-c", code], env=env))
    assert cpu > 0 and 50_000_000 < memory < 500_000_000
