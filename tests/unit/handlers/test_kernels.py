"""A server's kernels: told by whatever kernel spec manager it has, and nobody waits for one that hangs."""

from __future__ import annotations

import asyncio
import threading

import pytest

from primehub_nbext.handlers import kernels
from primehub_nbext.handlers.kernels import Kernels

ARGV = ["python", "-m", "ipykernel_launcher"]
SPECS = {"python3": {"resource_dir": "/k/python3", "spec": {"argv": ARGV, "env": {}, "language": "python"}}, "ir": {}}
NOTHING = {"argv": None, "env": None, "resource_dir": None}
TOLD = {"python3": {"argv": ARGV, "env": {}, "resource_dir": "/k/python3"}, "ir": NOTHING}


class Manager:
    def __init__(self, get_all_specs):
        self.get_all_specs = get_all_specs


def of_a_gateway():
    async def fetch():
        return SPECS

    return fetch()


def broken():
    raise OSError("/secret/path")


async def in_a_thread(function):
    return await asyncio.get_running_loop().run_in_executor(None, function)


@pytest.mark.parametrize(
    ("get_all_specs", "expected"), [(lambda: SPECS, TOLD), (of_a_gateway, {"python3": {}, "ir": {}}), (broken, None)]
)
def test_every_manager_is_asked_in_its_way(get_all_specs, expected):
    assert asyncio.run(Kernels().get(Manager(get_all_specs), in_a_thread)) == expected


def test_one_that_hangs_is_asked_once_and_not_waited_for(monkeypatch):
    monkeypatch.setattr(kernels, "PATIENCE", 0.05)
    asked, go_on = [], threading.Event()

    def hang():
        asked.append(threading.current_thread())
        go_on.wait(60)
        return SPECS

    async def ask():
        names, manager = Kernels(), Manager(hang)
        ticks = asyncio.ensure_future(asyncio.sleep(0))
        assert await asyncio.gather(*(names.get(manager, in_a_thread) for _ in range(5))) == [None] * 5
        assert ticks.done(), "the event loop stood still"
        assert len(asked) == 1 and asked[0] is not threading.main_thread()
        go_on.set()
        while await names.get(manager, in_a_thread) is None:
            pass
        assert await names.get(Manager(lambda: {"ir": {}}), in_a_thread) == {"ir": NOTHING}, "nothing is kept"

    asyncio.run(ask())
