"""From the menu to the output notebook in a real browser, on each host."""

from __future__ import annotations

import os
from urllib.parse import quote

import pytest
from dialogs import TokenDialog
from playwright.sync_api import expect
from submit_dialog import SubmitDialog

from kit.notebooks import injected, printed, write_notebook
from kit.servers import finished
from primehub_nbext.sandbox.folder import EXAMPLE

AWKWARD = """it's "my" $(notebook) #1 ✓.ipynb"""


def test_a_notebook_outside_the_volume_is_refused(signed_in, sandbox, notebook):
    write_notebook(sandbox.home / "home.ipynb", "print(1)")
    notebook.open(signed_in.notebook_url("home.ipynb"))
    error = notebook.submit_dialog().error()
    assert error["code"] == "outside_group_volume"
    assert error["message"] == "This notebook is not on the group volume phusers, and a job reaches no other files."
    expect(SubmitDialog(notebook.page).root.locator(".primehub-error-message code")).to_have_text("phusers")
    assert error["hint"] == "Move it into the folder phusers and submit it from there."


@pytest.mark.parametrize("keyboard", [False, True], ids=["mouse", "keyboard"])
def test_from_the_menu_to_the_output_notebook(signed_out, sandbox, notebook, keyboard):
    """Without a token first: the prompt opens, and the way goes on."""
    notebook.open(signed_out.notebook_url(EXAMPLE))
    dialog = notebook.submit_dialog(keyboard)
    prompt = TokenDialog(notebook.page).wait()
    prompt.type(sandbox.token)
    notebook.page.keyboard.press("Enter") if keyboard else prompt.save()
    prompt.wait_closed()
    dialog.wait_form()
    assert dialog.value("display_name") == "capitalize"
    assert (dialog.value("instance_type"), dialog.value("image")) == ("cpu-1", "base-notebook")
    assert dialog.options("instance_type")["cpu-1"] == "CPU 1 · 1 core · 2 GB"
    assert dialog.is_disabled("image", "pytorch-notebook")
    assert dialog.working_directory == str(sandbox.home / "phusers/experiment-1")
    dialog.fill(parameters="start=1; end=10", display_name="Capitalize <b>1</b>")
    if keyboard:
        dialog.control("display_name").focus()
        notebook.page.keyboard.press("Enter")
    else:
        dialog.submit()
    result = dialog.result(timeout=30_000)
    assert (result["name"], result["created"]) == ("Capitalize <b>1</b>", True)
    assert result["link"] == f"{sandbox.console_url}/g/phusers/job/{result['id']}"
    assert result["output"] == f"phusers/experiment-1/capitalize-{result['id']}-output.ipynb"
    dialog.ok()

    job = finished(signed_out, result["id"])
    assert job["phase"] == "Succeeded", job["message"]
    output = sandbox.home / result["output"]
    assert injected(output).splitlines()[1:] == ["start = 1", "end = 10"]
    assert len([line for line in printed(output) if line[:1].isdigit()]) == 10
    job_page = notebook.page.context.new_page()
    job_page.goto(sandbox.console_login_url)
    job_page.goto(result["link"])
    expect(job_page.locator("body")).to_contain_text("Succeeded")


def test_unsaved_edits_are_part_of_the_job(signed_in, sandbox, notebook):
    folder = sandbox.volume / "with space and ∂"
    write_notebook(folder / AWKWARD, "import os\nprint(os.getcwd())")
    notebook.open(signed_in.notebook_url(f"phusers/with space and ∂/{AWKWARD}"))
    notebook.insert_code("print('just typed', text, number)")
    dialog = notebook.submit_dialog()
    dialog.submit(parameters='text="a; b=c"\nnumber=1e-05')
    result = dialog.result(timeout=30_000)
    job = finished(signed_in, result["id"])
    assert job["phase"] == "Succeeded", job["message"]
    assert printed(sandbox.home / job["output_path"]) == [os.path.realpath(folder), "just typed a; b=c 1e-05"]


def test_pressing_twice_makes_one_job(signed_in, sandbox, notebook):
    write_notebook(sandbox.volume / f"twice-{signed_in.host}.ipynb", "print(1)")
    notebook.open(signed_in.notebook_url(f"phusers/twice-{signed_in.host}.ipynb"))
    dialog = notebook.submit_dialog().wait_form()
    notebook.page.evaluate(
        "() => { const b = document.getElementById('primehub_submit_button'); b.click(); b.click(); b.click(); }"
    )
    dialog.result(timeout=30_000)
    jobs = [
        job
        for job in signed_in.api("GET", "jobs").json()["jobs"]
        if job["notebook_path"] == f"phusers/twice-{signed_in.host}.ipynb"
    ]
    assert len(jobs) == 1


def test_the_open_notebook_is_found_by_its_decoded_name(signed_in, sandbox):
    write_notebook(sandbox.volume / "100% #2.ipynb", "print(1)")
    answer = signed_in.api("GET", "notebooks/" + quote("phusers/100% #2.ipynb"))
    assert answer.json()["name"] == "100% #2.ipynb"
