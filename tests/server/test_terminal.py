"""The terminal's commands, in a pseudo-terminal and in a pipe, and the functions for Python, on jobs that run."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest

from kit.notebooks import write_notebook
from kit.processes import clean_env
from kit.terminals import CTRL_C, in_pipe, in_terminal
from primehub_nbext.api.session import default_session
from primehub_nbext.cli import exits

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "from-python.ipynb"
JOB_ID = r"job-[0-9]{12}-[0-9a-z]+"
FAILING = (
    "import os, sys\nos.makedirs('artifacts', exist_ok=True)\nopen('artifacts/loss.txt', 'w').write('loss')",
    "print('\\x1b[31mred\\x1b[0m \\x1b]0;owned\\x07台灣')",
    "raise ValueError(f'no good: {level}')",
)
# Until the test has seen it run, however long that takes.
WAITING = "import os, time\nopen('begun', 'w').close()\nwhile not os.path.exists('go'):\n    time.sleep(0.05)"


@pytest.fixture(scope="module")
def env(sandbox, tmp_path_factory):
    """What a terminal in a notebook pod has."""
    return {**clean_env(tmp_path_factory.mktemp("terminal")), **sandbox.notebook_env()}


@pytest.fixture(scope="module")
def artifacts_job(sandbox):
    """A job that leaves artifacts, begun before anybody asks for it: a command puts them where PrimeHub looks."""
    return sandbox.run("mkdir -p artifacts/plots && printf loss > artifacts/plots/loss.txt && printf 1 > artifacts/a")


@pytest.fixture(scope="module")
def signed_in(sandbox, env, artifacts_job):
    """The token, typed in without being seen."""
    before = in_terminal(env, "jobs")
    assert before.code == exits.NO_TOKEN
    assert before.text == "PrimeHub needs your API token first.\nEnter it: jupyter primehub token\n"
    seen = in_terminal(env, "token", typed=[("API token: ", f"{sandbox.token}\n")])
    assert (seen.code, seen.text.splitlines()[-1]) == (0, "The API token that was entered is alice's.")
    assert sandbox.token not in seen.raw
    return env


@pytest.fixture(scope="module")
def folder(sandbox, tmp_path_factory):
    """A folder of these tests' own in the group volume."""
    return sandbox.volume / tmp_path_factory.mktemp("terminal-notebooks").name


@pytest.fixture(scope="module")
def failed(signed_in, folder):
    """A job that failed while somebody waited for it in a terminal: its id, and what that terminal showed."""
    notebook = write_notebook(folder / "train.ipynb", *FAILING)
    seen = in_terminal(signed_in, "submit", notebook.name, "-p", "level=3", "--yes", "--wait", cwd=folder)
    return re.search(JOB_ID, seen.text)[0], seen


def sources(notebook: Path) -> list[str]:
    return [cell.source for cell in nbformat.read(notebook, as_version=4).cells]


def answer(env, *words, code: int = 0):
    ended = in_pipe(env, *words, "--json")
    assert ended.returncode == code, ended.stdout + ended.stderr
    assert "\x1b" not in ended.stdout
    return json.loads(ended.stdout)


def test_waiting_ends_with_what_failed(failed, folder):
    job_id, seen = failed
    assert seen.code == exits.JOB_FAILED, seen.text
    assert f"Submitted “train” as {job_id}" in seen.text
    assert re.search(r"\[\d\d:\d\d\]", seen.raw), "a bar tells how long it has taken"
    *_, outcome = seen.text.partition("✕ Failed  train")
    assert "Cell 4 failed: ValueError: no good: 3\n" in outcome
    assert "----> 1 raise ValueError" in outcome
    assert outcome.rstrip().endswith(f"Output: {folder}/train-{job_id}-output.ipynb")
    assert "\x1b[31m✕ Failed" in seen.raw


def test_lists_details_and_logs(signed_in, failed):
    job_id, _ = failed
    narrow = in_terminal(signed_in, "jobs", "--mine", columns=60)
    assert max(map(len, narrow.text.splitlines())) <= 60
    assert re.search(rf"{job_id}  ✕ Failed .*…", narrow.text)
    plain = in_terminal({**signed_in, "NO_COLOR": "1"}, "job", job_id)
    assert "\x1b" not in plain.raw
    assert re.search(r"✓ .* import os, sys\n", plain.text)
    assert re.search(r"✕ .* raise ValueError", plain.text)
    assert re.search(r"Parameters +level=3\n", plain.text)
    log = in_terminal(signed_in, "logs", job_id)
    assert "\x1b[31mred\x1b[0m 台灣" in log.raw
    assert "\x1b]" not in log.raw
    piped = in_pipe(signed_in, "logs", job_id, "-f")
    assert piped.returncode == 0
    assert "red 台灣" in piped.stdout
    assert "\x1b" not in piped.stdout


def test_json_is_that_of_the_rest_api(signed_in, failed, folder):
    job_id, _ = failed
    job = answer(signed_in, "job", job_id)
    assert (job["id"], job["phase"], job["parameters"]) == (job_id, "Failed", {"level": 3})
    assert (job["notebook_path"], job["failure"]["name"]) == (str(folder / "train.ipynb"), "ValueError")
    assert Path(job["output_path"]).is_file()
    page = answer(signed_in, "jobs", "--notebook", folder / "train.ipynb")
    assert [each["id"] for each in page["jobs"]] == [job_id]
    assert answer(signed_in, "job", job_id, "--wait", code=exits.JOB_FAILED)["id"] == job_id
    assert answer(signed_in, "cancel", job_id, code=exits.REFUSED)["error"]["code"] == "job_already_over"
    assert "red" in answer(signed_in, "logs", job_id, "--tail", "100")["text"]
    assert answer(signed_in, "artifacts", job_id)["written_beside_notebook"]["path"] == str(folder / "artifacts")


def test_ctrl_c_leaves_the_job_running_and_cancelling_asks(signed_in, folder):
    notebook = write_notebook(folder / "wait.ipynb", WAITING)
    seen = in_terminal(signed_in, "submit", notebook, "--yes", "--wait", typed=[("Running", CTRL_C)])
    job_id = re.search(JOB_ID, seen.text)[0]
    assert seen.code == exits.INTERRUPTED, seen.text
    assert f"The job goes on. How far it is: jupyter primehub job {job_id}" in seen.text
    assert answer(signed_in, "job", job_id)["phase"] == "Running"
    kept = in_terminal(signed_in, "cancel", job_id, typed=[("[y/N]", "\n")])
    assert (kept.code, kept.text.splitlines()[-1]) == (exits.REFUSED, "Nothing was changed.")
    cancelled = in_terminal(signed_in, "cancel", job_id, typed=[("Cancel “wait”?", "y\n")])
    assert cancelled.code == 0, cancelled.text
    assert answer(signed_in, "job", job_id, "--wait", code=exits.JOB_CANCELLED)["phase"] == "Cancelled"


def test_findings_are_shown_located_and_mended(signed_in, folder):
    notebook = write_notebook(folder / "mend.ipynb", "print(1)", "import json\nimport surely_not_here")
    seen = in_terminal(signed_in, "check", notebook.name, cwd=folder)
    assert (seen.code, len(sources(notebook))) == (0, 2)
    assert "⚠ Cell 2, line 2: The kernel does not find what the notebook imports: `surely_not_here`." in seen.text
    assert "    + %pip install surely_not_here\n" in seen.text
    asked = in_terminal(signed_in, "submit", notebook, typed=[("Submit it? [Y/n]", "n\n")])
    assert (asked.code, asked.text.splitlines()[-1]) == (exits.REFUSED, "Nothing was submitted.")
    refused = in_terminal(signed_in, "check", notebook, "--fix", typed=[("Mend this? [Y/n]", "n\n")])
    assert "Mended" not in refused.text
    mended = in_terminal(signed_in, "check", notebook, "--fix", typed=[("Mend this? [Y/n]", "\n")])
    assert "Mended: The kernel does not find" in mended.text
    assert sources(notebook) == ["%pip install surely_not_here", "print(1)", "import json\nimport surely_not_here"]


def test_the_doctor_says_that_all_is_well(signed_in, sandbox):
    report = answer(signed_in, "doctor")
    assert report["ok"] is True
    told = {line["code"]: line["message"] for line in report["lines"] if line["ok"]}
    assert "alice's" in told["token"]
    assert sandbox.endpoint in told["endpoint"]
    assert str(sandbox.volume) in told["volume"]
    seen = in_terminal(signed_in, "doctor")
    assert seen.code == 0
    assert {line[:3] for line in seen.text.splitlines()} == {"ok ", "-  "}
    assert sandbox.token not in seen.raw + json.dumps(report)


def test_the_example_for_python_runs(signed_in, sandbox, experiment, monkeypatch):
    """As in a kernel: an event loop runs in their thread while the cells do."""
    for name, value in signed_in.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(experiment)
    default_session.cache_clear()
    cells = [cell.source for cell in nbformat.read(EXAMPLE, as_version=4).cells if cell.cell_type == "code"]
    said, names = io.StringIO(), {}

    async def kernel():
        for source in cells:
            exec(compile(source, "<cell>", "exec"), names)

    with contextlib.redirect_stdout(said), ThreadPoolExecutor() as other:  # this one may have Playwright's loop
        other.submit(asyncio.run, kernel()).result()
    assert names["job"]["phase"] == "Succeeded"
    assert "capitalize from 4 Succeeded" in said.getvalue()
    assert "6: This Method Capitalizes" in said.getvalue()
    assert "unknown_instance_type\n" in said.getvalue()


def test_artifacts_are_downloaded(signed_in, artifacts_job, tmp_path):
    job_id = artifacts_job
    assert in_pipe(signed_in, "job", job_id, "--wait").returncode == 0
    listed = in_terminal(signed_in, "artifacts", job_id)
    assert re.search(r"plots/loss.txt  4 B", listed.text)
    got = answer(signed_in, "artifacts", job_id, "--download", tmp_path / "results")
    assert (tmp_path / "results" / "plots" / "loss.txt").read_text() == "loss"
    assert got["files"] == [str(tmp_path / "results" / name) for name in ("a", "plots/loss.txt")]
    again = answer(signed_in, "artifacts", job_id, "a", "--download", tmp_path / "results", code=exits.REFUSED)
    assert again["error"]["code"] == "file_exists"
    assert in_terminal(signed_in, "artifacts", job_id, "--download", tmp_path / "results", "--overwrite").code == 0
    assert sorted(path.name for path in (tmp_path / "results").rglob("*")) == ["a", "loss.txt", "plots"]


def test_the_token_is_read_from_standard_input_and_forgotten(signed_in, sandbox):
    assert in_pipe(signed_in, "token", stdin=f"{sandbox.token}\n").returncode == 0
    refused = in_pipe(signed_in, "token", stdin="another\n")
    assert refused.returncode == exits.NO_TOKEN
    assert "another" not in refused.stdout + refused.stderr
    assert answer(signed_in, "token", "--show") == {
        "configured": True,
        "source": "prompt",
        "user": "alice",
        "problem": None,
    }
    assert in_pipe(signed_in, "token", "--clear").returncode == 0
    assert in_pipe(signed_in, "token", "--show").returncode == exits.NO_TOKEN
