"""The three flows in a real browser on each host: menu, token prompt, submit dialog, and the job's output notebook."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from kit.notebooks import injected, printed, write_notebook
from kit.servers import finished, start_server
from pages import NotebookPage, SubmitDialog, TokenDialog

EXAMPLE = "phusers/experiment-1/capitalize.ipynb"
AWKWARD = """it's "my" $(notebook) #1 ✓.ipynb"""


@pytest.fixture(scope="module")
def hub_server(host, sandbox, tmp_path_factory):
    """A server as JupyterHub starts it: a base URL with an @ in it."""
    home = tmp_path_factory.mktemp(f"hub-{host}")
    server = start_server(host, home, env=sandbox.notebook_env(), base_url="/user/a@b/", root=sandbox.home)
    yield server
    assert server.stop() == [], "the notebook server left processes behind"


@pytest.fixture
def signed_in(hub_server, sandbox):
    assert hub_server.api("PUT", "token", json={"token": sandbox.token}).status_code == 200
    return hub_server


@pytest.fixture
def signed_out(hub_server):
    hub_server.api("DELETE", "token")
    return hub_server


@pytest.fixture
def notebook(page, console_errors):
    notebook = NotebookPage(page)
    notebook.console_errors = console_errors
    return notebook


@pytest.fixture
def immutable():
    """A file that not even root can write, for the length of a block."""

    @contextlib.contextmanager
    def block(path):
        done = subprocess.run(["chattr", "+i", str(path)], capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"chattr +i does not work here: {done.stderr.strip()}")
        try:
            yield
        finally:
            subprocess.run(["chattr", "-i", str(path)], check=True)

    return block


def test_nothing_is_asked_when_the_page_loads(hub_server, notebook):
    with notebook.requests() as seen:
        notebook.open(hub_server.notebook_url(EXAMPLE))
        notebook.open_menu()
    assert seen == []


def test_the_menu_is_one_of_the_menus(hub_server, notebook):
    notebook.open(hub_server.notebook_url(EXAMPLE))
    labels = notebook.page.locator("#menubar ul.nav > li.dropdown > a").all_inner_texts()
    assert labels[-2:] == ["PrimeHub", "Help"]
    notebook.open_menu()
    entries = [entry.inner_text().strip() for entry in notebook.menu.locator("a[role=menuitem]").all()]
    assert entries == ["Submit Notebook as Job…", "API Token…", "Help"]
    assert notebook.link.get_attribute("aria-expanded") == "true"
    notebook.page.keyboard.press("Escape")
    expect(notebook.menu).not_to_be_visible()
    expect(notebook.link).to_be_focused()
    link = notebook.menu.locator("#primehub_help a")
    assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noopener noreferrer")


def test_the_menu_folds_away_with_the_bar(hub_server, notebook):
    notebook.page.set_viewport_size({"width": 480, "height": 800})
    notebook.open(hub_server.notebook_url(EXAMPLE))
    expect(notebook.link).not_to_be_visible()
    notebook.page.locator(".navbar-toggle").click()
    expect(notebook.link).to_be_visible()


@pytest.mark.parametrize("missing", ["submit/dialog", "ui/elements"])
def test_a_file_that_could_not_be_fetched_is_fetched_the_next_time(signed_in, notebook, missing):
    """The dialog's own, and one that many of its files wait for."""
    address = f"**/primehub_nbext/{missing}.js*"
    notebook.page.route(address, lambda route: route.abort())
    notebook.open(signed_in.notebook_url(EXAMPLE))
    notebook.choose("submit")
    expect(notebook.page.locator("#notification_primehub")).to_contain_text("could not be loaded")
    notebook.page.unroute(address)
    notebook.console_errors.clear()  # the browser tells of it too
    dialog = notebook.submit_dialog()
    expect(dialog.control("display_name").first).to_be_visible(timeout=20_000)
    expect(dialog.root).to_have_count(1)


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_the_menu_by_keyboard(signed_in, notebook, key):
    notebook.open(signed_in.notebook_url(EXAMPLE))
    before = (notebook.cell_sources(), notebook.cell_types())
    notebook.link.focus()
    notebook.page.keyboard.press(key)
    expect(notebook.menu).to_be_visible()
    notebook.page.keyboard.press("ArrowDown")
    notebook.page.keyboard.press("ArrowDown")
    notebook.page.keyboard.press(key)
    dialog = TokenDialog(notebook.page).wait()
    notebook.page.keyboard.type("abx dd m")
    assert dialog.input.input_value() == "abx dd m"
    dialog.press_escape()
    dialog.wait_closed()
    expect(notebook.link).to_be_focused()
    assert (notebook.cell_sources(), notebook.cell_types()) == before


def test_the_token_prompt(signed_out, sandbox, notebook):
    notebook.open(signed_out.notebook_url(EXAMPLE))
    dialog = notebook.token_dialog()
    assert "No API token is set yet" in dialog.state()
    assert dialog.input.get_attribute("type") == "password"
    assert dialog.link.get_attribute("href") == f"{sandbox.console_url}/g/phusers/api-token"
    assert "noopener" in dialog.link.get_attribute("rel")
    assert "revokes the old one" in dialog.text
    dialog.save("")
    assert "Enter your API token" in dialog.token_error()
    dialog.save("not-a-token")
    assert "did not accept" in dialog.token_error()
    dialog.save(json.dumps({"endpoint": sandbox.endpoint, "api-token": sandbox.token}))
    dialog.wait_closed()

    dialog = notebook.token_dialog()
    assert dialog.state() == "Signed in as alice. The token comes from this prompt."
    assert dialog.input.input_value() == ""
    assert sandbox.token not in notebook.page.content()
    stores = notebook.page.evaluate("() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert sandbox.token not in stores
    dialog.forget()
    expect(dialog.root.locator("#primehub_token_state")).to_contain_text("The token was forgotten.")
    assert signed_out.api("GET", "token").json()["configured"] is False


def test_a_notebook_outside_the_volume_is_refused(signed_in, sandbox, notebook):
    write_notebook(sandbox.home / "home.ipynb", "print(1)")
    notebook.open(signed_in.notebook_url("home.ipynb"))
    error = notebook.submit_dialog().error()
    assert error["code"] == "outside_group_volume"
    assert error["message"] == "Now, we only support notebooks under the group volume `phusers`."
    assert f"Move your notebook to {sandbox.home}/phusers" in error["hint"]


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
    assert dialog.options("instance_type")["cpu-1"] == "CPU 1 (CPU: 1 / Memory: 2 GB / GPU: 0)"
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


def test_mistakes_stay_in_the_form(signed_in, notebook):
    notebook.open(signed_in.notebook_url(EXAMPLE))
    dialog = notebook.submit_dialog()
    dialog.submit(display_name="", parameters="start=1")
    assert dialog.error_at("display_name")
    dialog.submit(display_name="again", parameters="start=[1; end=2")
    assert "start" in dialog.error_at("parameters")
    assert dialog.value("parameters") == "start=[1; end=2"
    dialog.submit(parameters="start=1", instance_type="gpu-4")
    assert dialog.error_at("instance_type")
    assert dialog.value("display_name") == "again"
    dialog.fill(parameters="password=hunter2")
    expect(dialog.secret_warning).to_contain_text("whole group")
    dialog.cancel()
    dialog.wait_closed()
    again = notebook.submit_dialog().wait_form()
    assert again.value("parameters") == "password=hunter2"


def test_who_types_at_once_stays_in_the_field(signed_in, notebook):
    """The host moves the focus when a dialog has faded in, which may be after the form is there."""
    notebook.open(signed_in.notebook_url(EXAMPLE))
    dialog = notebook.submit_dialog().wait_form()
    dialog.fill(parameters="")
    dialog.control("parameters").focus()
    # At once, in the same turn of the page's loop: a key that is pressed before the next one would be lost.
    focused = notebook.page.evaluate(
        """() => {
            $("#primehub_submit_dialog").trigger("focus").trigger("shown.bs.modal");
            return document.activeElement.id;
        }"""
    )
    assert focused == "primehub_parameters"
    notebook.page.keyboard.type("start=5")
    assert dialog.value("parameters") == "start=5"


def test_a_file_changed_on_disk_is_asked_about(signed_in, sandbox, notebook):
    path = write_notebook(sandbox.volume / "changed.ipynb", "print('opened')")
    notebook.open(signed_in.notebook_url("phusers/changed.ipynb"))
    dialog = notebook.submit_dialog().wait_form()
    write_notebook(path, "print('written by somebody else')")
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime + 60))
    dialog.submit()
    assert dialog.error()["code"] == "save_changed"
    dialog.save_choice("disk")
    job = finished(signed_in, dialog.result(timeout=30_000)["id"])
    assert printed(sandbox.home / job["output_path"]) == ["written by somebody else"]


def test_a_read_only_notebook_is_asked_about(signed_in, sandbox, notebook, immutable):
    path = write_notebook(sandbox.volume / f"read-only-{signed_in.host}.ipynb", "print('as it is on disk')")
    with immutable(path):
        notebook.open(signed_in.notebook_url(f"phusers/{path.name}"))
        dialog = notebook.submit_dialog()
        dialog.submit()
        assert dialog.error()["code"] == "save_read_only"
        dialog.save_choice("disk")
        job = finished(signed_in, dialog.result(timeout=30_000)["id"])
    assert printed(sandbox.home / job["output_path"]) == ["as it is on disk"]


def test_a_save_that_fails_can_be_tried_again(signed_in, sandbox, notebook):
    path = write_notebook(sandbox.volume / f"unsaved-{signed_in.host}.ipynb", "print('on disk')")
    notebook.open(signed_in.notebook_url(f"phusers/{path.name}"))
    notebook.insert_code("print('edited')")
    dialog = notebook.submit_dialog().wait_form()

    def fail(route):
        route.fulfill(
            status=500, json={"message": "/secret/path"}
        ) if route.request.method == "PUT" else route.continue_()

    notebook.page.route("**/api/contents/**", fail)
    dialog.submit(parameters="kept=1")
    assert dialog.error()["code"] == "save_failed"
    assert "/secret/path" not in dialog.text
    assert dialog.value("parameters") == "kept=1"
    notebook.page.unroute("**/api/contents/**")
    notebook.console_errors.clear()  # the host logs the failure too
    dialog.save_choice("again")
    job = finished(signed_in, dialog.result(timeout=30_000)["id"])
    assert printed(sandbox.home / job["output_path"]) == ["on disk", "edited"]


def test_a_token_revoked_meanwhile_loses_nothing(signed_in, sandbox, notebook):
    refusal = {"code": "token_rejected", "message": "PrimeHub did not accept the API token.", "hint": "Request one."}
    notebook.open(signed_in.notebook_url(EXAMPLE))
    dialog = notebook.submit_dialog().wait_form()
    notebook.page.route("**/primehub/api/jobs", lambda route: route.fulfill(status=422, json=refusal))
    dialog.submit(parameters="start=7; end=8", display_name="typed before")
    assert dialog.error()["code"] == "token_rejected"
    notebook.page.unroute("**/primehub/api/jobs")
    prompt = dialog.enter_token()
    prompt.save(sandbox.token)
    prompt.wait_closed()
    dialog.wait_form()
    assert (dialog.value("parameters"), dialog.value("display_name")) == ("start=7; end=8", "typed before")
    dialog.submit()
    assert dialog.result(timeout=30_000)["created"] is True


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


def test_what_a_server_says_is_only_text(signed_in, notebook):
    """Whatever answers in the place of the REST API: HTML and a javascript: link run nothing. PrimeHub's own words:
    test_trouble.py.
    """
    hostile = '<img src=x onerror="window.hacked=1">' + "x" * 10_000

    def jobs(route):
        job = {"id": hostile, "display_name": hostile, "console_url": "javascript:window.hacked=1", "phase": hostile}
        route.fulfill(status=201, json={**job, "output_path": hostile})

    page = notebook.page
    notebook.open(signed_in.notebook_url(EXAMPLE))
    page.route("**/primehub/api/jobs", jobs)
    dialog = SubmitDialog(page)
    notebook.choose("submit")
    dialog.submit()
    result = dialog.result()
    assert (result["id"], result["link"]) == (hostile, None)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("() => window.hacked") is None
    assert dialog.root.evaluate("root => root.querySelector('.modal-body').scrollWidth <= root.clientWidth")


def test_the_open_notebook_is_found_by_its_decoded_name(signed_in, sandbox):
    write_notebook(sandbox.volume / "100% #2.ipynb", "print(1)")
    answer = signed_in.api("GET", "notebooks/" + quote("phusers/100% #2.ipynb"))
    assert answer.json()["name"] == "100% #2.ipynb"
