"""The tabs about what a job writes, each by itself in a page: 50 MB of log, artifacts, resources."""

from __future__ import annotations

import json
import os
import re
import time
import uuid

from playwright.sync_api import expect

from kit.processes import wait_for
from primehub_nbext.sandbox.folder import EXAMPLE

MOUNT = """([tab, job]) => new Promise(resolve => {
    const place = document.createElement("div");
    place.id = "mounted";
    place.style.cssText = "position: fixed; top: 10px; left: 10px; right: 10px; z-index: 1000; background: #fff";
    document.body.append(place);
    const name = "nbextensions/primehub_nbext/jobs/" + tab;
    require(["jquery", name], ($, made) => { window.mounted = made.create($(place), job); resolve(); });
})"""
UNMOUNT = "() => { window.mounted.closed(); document.querySelector('#mounted').remove(); }"
LINES = 500_000
# Lines of 100 characters, some red, among them one that is HTML; then it waits for a file.
WRITES = r"""python3 -c "
import sys
for number in range(%d):
    sys.stdout.write(('\x1b[31m' if number %% 1000 == 0 else '') + f'line {number} '.ljust(94, '.') + '\x1b[0m\n')
print('<img src=x onerror=alert(1)>')
"; until [ -e %s ]; do sleep 0.1; done; echo the very last"""


def test_fifty_megabytes_of_log_and_what_else_there_is(signed_in, notebook, sandbox):
    """They are there, from the first line to what comes live, and the page has only those in sight."""
    go = sandbox.volume / uuid.uuid4().hex
    job = sandbox.run(WRITES % (LINES, go))
    page = notebook.page
    log = sandbox.folder / "jobs" / job / "log"
    wait_for("50 MB", lambda: log.is_file() and b"onerror" in log.read_bytes()[-500:])
    notebook.open(signed_in.notebook_url(EXAMPLE))
    page.evaluate(MOUNT, ["log", job])
    rows, said = page.locator(".primehub-log-row"), page.locator(".primehub-log-state")
    expect(rows.last).to_have_text("<img src=x onerror=alert(1)>")
    expect(said).to_have_text("Live: the last 2,000 lines")
    count = sandbox.log(job).count("\n")
    assert rows.count() < 100
    page.locator("#primehub_log_earlier").click()
    expect(said).to_have_text(f"Live: {count:,} lines", timeout=60_000)
    window = page.locator(".primehub-log-window")
    window.press("Home")
    first = rows.filter(has_text="line 0 ")
    assert "ansi-red" in first.locator("span").first.get_attribute("class")
    expect(said).to_have_text(f"Paused at {count:,} lines; new ones come below.")
    page.locator(".primehub-log-search").fill("LINE 250000 ")
    expect(page.locator(".primehub-log-marked")).to_contain_text("line 250000 ")
    expect(page.locator(".primehub-log-found")).to_have_text("1 of 1")
    page.locator(".primehub-log-wrap").check()
    a_tenth = re.compile("line (49|50)[0-9]{3} ")
    window.evaluate("box => { box.scrollTop = box.scrollHeight / 10; }")
    expect(rows.first).to_contain_text(a_tenth)
    assert rows.count() < 100
    go.touch()
    expect(said).to_have_text(re.compile("^Complete: 500,"), timeout=30_000)
    expect(rows.first).to_contain_text(a_tenth)
    page.locator(".primehub-log-follow").click()
    expect(rows.filter(has_text="the very last")).to_be_visible()
    with page.expect_download() as download:
        page.locator(".primehub-log-download").click()
    assert download.value.suggested_filename == f"{job}.log"
    assert os.path.getsize(download.value.path()) == os.path.getsize(log)
    page.evaluate(UNMOUNT)
    artifacts_and_resources(page, sandbox, job)


def artifacts_and_resources(page, sandbox, job: str) -> None:
    store = sandbox.folder / "phfs" / "groups" / sandbox.volume.name / "jobArtifacts" / job
    page.evaluate(MOUNT, ["artifacts", job])
    expect(page.locator(".primehub-artifacts-none")).to_contain_text("/home/jovyan")
    for name in ("plots/a b#?.html", "model.bin"):
        (store / name).parent.mkdir(parents=True, exist_ok=True)
        (store / name).write_bytes(b"<script>alert(1)</script>" * 1000)
    page.locator("#primehub_artifacts_refresh").click()
    link = page.locator(".primehub-artifacts a").last
    expect(link).to_have_text("plots/a b#?.html")
    with page.expect_download() as download:
        link.click()
    assert os.path.getsize(download.value.path()) == 25_000
    page.evaluate(UNMOUNT)
    now = int(time.time())
    used = [(now + 10 * n, 5 * (n % 7), 2**27 + n * 2**20) for n in range(80)]
    records = [{"timestamp": at, "cpu_util": cpu, "mem_used": memory, "GPU": []} for at, cpu, memory in used]
    data = {"15m": records, "1h": records[:2], "3h": [], "lifetime": []}
    written = {"spec": {"mem_total": 2**31, "GPU": []}, "datasets": data}
    (store / ".metadata" / "monitoring").write_text(json.dumps(written))
    page.evaluate(MOUNT, ["resources", job])
    expect(page.locator(".primehub-chart")).to_have_count(2)
    memory = page.get_by_role("img", name="Memory over 15 minutes: at last 207 MB · peak 207 MB · limit 2.0 GB")
    expect(memory).to_be_visible()
    expect(page.locator("#mounted [data-code=smaller_instance_type]")).to_contain_text("Peak memory 0.2 of 2.0 GB")
    page.get_by_role("button", name="3 hours").click()
    expect(page.get_by_role("button", name="3 hours")).to_be_focused()
    expect(page.locator(".primehub-chart")).to_have_count(0)
