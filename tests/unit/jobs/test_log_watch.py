"""However many watch a log: one stream from PrimeHub, no thread, bounded memory, nothing missing, nothing twice."""

from __future__ import annotations

import asyncio
import threading
from contextlib import asynccontextmanager

import pytest

from kit.misbehaving import PodLog, page, refusing
from primehub_nbext.config import PrimeHub
from primehub_nbext.context import Context
from primehub_nbext.errors import PrimeHubError
from primehub_nbext.jobs import errors, log_watch
from primehub_nbext.jobs.log import open_log
from primehub_nbext.jobs.log_watch import Lost, WatchedLogs
from primehub_nbext.primehub.errors import TokenRejected, Trouble, Unavailable

LINES = [f"line {number}\n".encode() for number in range(5000)]
SECONDS = 20


@pytest.fixture
def pod(primehub):
    """The log of the one job, which runs."""
    data = {"displayName": "j", "groupId": primehub.group["id"], "instanceType": "cpu-1", "image": "base-notebook"}
    job = primehub.store.create_job(primehub.store.user("alice"), {**data, "command": "true"})
    pod = PodLog()
    pod.job_id = job["id"]
    primehub.end(pod.job_id, "Running")
    primehub.on("GET /api/logs", pod)
    return pod


@pytest.fixture
def context(primehub, monkeypatch):
    monkeypatch.setenv("PRIMEHUB_API_TOKEN", primehub.token)
    monkeypatch.setattr(log_watch, "FIRST_PAUSE", 0.05)
    return Context(PrimeHub(api_endpoint=primehub.endpoint, group_id="g", group_name="phusers", request_timeout=5.0))


@asynccontextmanager
async def watching(logs, pod, tail=2000, cursor=""):
    watch = await asyncio.wait_for(logs.watch(pod.job_id, tail, cursor), SECONDS)
    try:
        yield watch
    finally:
        watch.close()


async def read_until(watch, text: bytes) -> bytes:
    """What comes until it ends so."""
    came = b""
    while not came.endswith(text):
        part = await asyncio.wait_for(watch.read(), SECONDS)
        assert part, came
        came += part
    return came


async def read_all(watch) -> bytes:
    came = b""
    while part := await asyncio.wait_for(watch.read(), SECONDS):
        came += part
    return came


async def until(what) -> None:
    async def look():
        while not what():
            await asyncio.sleep(0.01)

    await asyncio.wait_for(look(), SECONDS)


def others() -> set[threading.Thread]:
    """The threads but those of the PrimeHub, which is in this process."""
    return {thread for thread in threading.enumerate() if not thread.name.startswith("misbehaving")}


def test_a_hundred_watches_are_one_stream_and_no_thread(context, pod, primehub):
    async def run():
        logs = WatchedLogs(context)
        pod.write(b"".join(LINES))
        async with watching(logs, pod) as first:
            await read_until(first, LINES[-1])
            threads = others()
            more = await asyncio.gather(*(logs.watch(pod.job_id, 2000) for _ in range(99)))
            reading = [asyncio.ensure_future(read_all(watch)) for watch in more]
            await asyncio.sleep(0)
            assert others() <= threads
            pod.write(b"the end\n")
            primehub.end(pod.job_id, "Succeeded")
            pod.end()
            assert set(await asyncio.gather(*reading)) == {b"".join(LINES[-2000:]) + b"the end\n"}
            for watch in more:
                watch.close()
        assert pod.opened == 1

    asyncio.run(run())


def test_the_last_watch_ends_the_stream(context, pod):
    async def run():
        logs = WatchedLogs(context)
        pod.write(b"begun\n")
        async with watching(logs, pod) as first, watching(logs, pod) as second:
            await read_until(first, b"begun\n")
            await read_until(second, b"begun\n")
        await asyncio.to_thread(pod.wait_for, lambda log: log.opened == 1 and log.open == 0)

    asyncio.run(run())


def test_a_watch_goes_on_where_another_ended(context, pod):
    async def run():
        logs = WatchedLogs(context)
        pod.write(b"".join(LINES[:3000]))
        async with watching(logs, pod) as watch:
            seen = await read_until(watch, LINES[2999])
            assert seen == b"".join(LINES[1000:3000])
            cursor = watch.cursor
        await asyncio.to_thread(pod.wait_for, lambda log: log.open == 0)
        pod.write(b"".join(LINES[3000:4000]))
        async with watching(logs, pod, cursor=cursor) as watch:
            assert watch.cursor == cursor
            pod.end()
            assert await read_until(watch, LINES[3999]) == b"".join(LINES[3000:4000])
        async with watching(WatchedLogs(context), pod, cursor=cursor) as watch:
            assert watch.cursor != cursor, "another server does not know it, and begins anew"

    asyncio.run(run())


def test_a_stream_that_breaks_is_gone_on_with(context, pod, primehub):
    """Also when PrimeHub is away for a moment, and what is written meanwhile."""

    async def run():
        logs = WatchedLogs(context)
        pod.write(b"".join(LINES[:100]) + b"half a li")
        async with watching(logs, pod) as watch:
            came = await read_until(watch, b"half a li")
            primehub.on("GET /api/logs", page(502))
            pod.cut()
            pod.write(b"ne\n" + b"".join(LINES[100:200]))
            await until(lambda: primehub.count("GET /api/logs") >= 2)
            primehub.on("GET /api/logs", pod)
            came += await read_until(watch, LINES[199])
            pod.end()
            primehub.end(pod.job_id, "Succeeded")
            came += await read_all(watch)
        assert came == b"".join(LINES[:100]) + b"half a line\n" + b"".join(LINES[100:200])

    asyncio.run(run())


def test_more_than_is_asked_for_again_is_told_as_lost(context, pod):
    async def run():
        logs = WatchedLogs(context)
        pod.write(b"".join(LINES[:100]))
        async with watching(logs, pod) as watch:
            await read_until(watch, LINES[99])
            pod.write(b"")
            pod.gone = True
            pod.cut()
            pod.write(b"".join(LINES[100:5000]))
            pod.gone = False
            with pytest.raises(Lost):
                while await asyncio.wait_for(watch.read(), SECONDS):
                    pass
            cursor = watch.cursor
        async with watching(logs, pod, cursor=cursor) as watch:
            assert (await read_until(watch, LINES[4999])) == b"".join(LINES[3000:5000])

    asyncio.run(run())


def test_fifty_megabytes_are_read_as_fast_as_they_are_taken(context, pod):
    """Who takes nothing holds up PrimeHub, not the memory; who is slower than another is told so."""

    async def run():
        logs = WatchedLogs(context)
        block = (b"x" * 9999 + b"\n") * 100
        async with watching(logs, pod) as quick, watching(logs, pod) as slow:
            for _ in range(50):
                pod.write(block)
            log = logs._logs[pod.job_id]
            await until(lambda: log.ring.end > log_watch.RING_BYTES // 2)
            await asyncio.sleep(0)
            most, size = 0, 0
            while size < 50 * len(block):
                size += len(await asyncio.wait_for(quick.read(), SECONDS))
                most = max(most, log.ring.end - log.ring.start)
            assert most < 2 * log_watch.RING_BYTES
            with pytest.raises(Lost):
                await slow.read()

    asyncio.run(run())


def test_why_there_is_none(context, pod, primehub):
    def refusal(reason=None, phase="Running"):
        primehub.store.cluster.objects.merge("phjobs", pod.job_id, {"status": {"phase": phase, "reason": reason}})
        with pytest.raises(PrimeHubError) as caught:
            asyncio.run(open_log(context, pod.job_id, 10, follow=True))
        return type(caught.value)

    pod.gone = True
    assert refusal(phase="Pending") is errors.LogNotYet
    assert refusal("Cancelled", "Cancelled") is errors.LogCancelled
    assert refusal("OverActivateDeadline", "Failed") is errors.LogTimedOut
    assert refusal("PodCreationFailed", "Failed") is errors.LogNeverWritten
    assert refusal("PodSucceeded", "Succeeded") is errors.LogRemoved
    primehub.on("GET /api/logs", page(503))
    assert refusal() is Unavailable
    primehub.on("GET /api/logs", refusing("x", None))
    primehub.on("GET /api/logs", lambda exchange: exchange.answer(200, b"", "application/octet-stream"))
    assert refusal() is Trouble
    said = b'{"code":"INTERNAL_ERROR","message":"Invalid API Token"}'
    primehub.on("GET /api/logs", lambda exchange: exchange.answer(500, said))
    assert refusal() is TokenRejected


def test_the_kept_log_of_a_pod_that_is_gone(context, pod, primehub):
    async def read(tail):
        opened = await open_log(context, pod.job_id, tail, follow=True)
        assert opened.source == "kept"
        came = b""
        while part := await opened.stream.read(5):
            came += part
        opened.stream.close()
        return came

    primehub.end(pod.job_id, "Succeeded")
    pod.gone = True
    pod.kept = b"kept 3 (gz)\nkept 4\n\n"  # as recorded: a tail has an empty line more
    assert asyncio.run(read(2)) == b"kept 3 (gz)\nkept 4\n"
    assert pod.asked[-1] == {"persist": "true", "tailLines": "3"}
    pod.kept = b"kept 4\n"
    assert asyncio.run(read(None)) == b"kept 4\n"


def test_who_comes_while_it_is_refused_asks_nobody(context, pod, primehub):
    async def run():
        logs = WatchedLogs(context)
        pod.gone = True
        primehub.end(pod.job_id, "Pending")

        async def ask():
            with pytest.raises(errors.LogNotYet):
                async with watching(logs, pod):
                    pass

        await asyncio.gather(*(ask() for _ in range(50)))
        await ask()
        assert len(pod.asked) == 1

    asyncio.run(run())


def test_another_token_ends_all_watches(context, pod):
    async def run():
        logs = WatchedLogs(context)
        pod.write(b"x\n")
        async with watching(logs, pod) as watch:
            await read_until(watch, b"x\n")
            logs.close()
            with pytest.raises(Lost):
                await watch.read()
        await asyncio.to_thread(pod.wait_for, lambda log: log.open == 0)

    asyncio.run(run())
