"""Saving before a submission, in a real browser: what cannot be saved is asked about, and can be tried again."""

from __future__ import annotations

import os

from playwright.sync_api import expect

from kit.notebooks import printed, write_notebook
from kit.servers import finished


def test_a_file_that_is_gone_or_changed_on_disk_is_asked_about(signed_in, sandbox, notebook):
    """What loses nothing is offered first, and nothing is written before somebody has chosen."""
    path = write_notebook(sandbox.volume / f"changed-{signed_in.host}.ipynb", "print('opened')")
    notebook.open(signed_in.notebook_url(f"phusers/{path.name}"))
    dialog = notebook.submit_dialog().wait_form()
    path.unlink()
    dialog.submit()
    assert dialog.error()["code"] == "save_missing"
    assert dialog.choices() == ["Try again", "Save it again under this name"]
    assert not path.exists()
    write_notebook(path, "print('written by somebody else')")
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime + 60))
    dialog.save_choice("again")
    expect(dialog.root.locator("[data-code=save_changed]")).to_be_visible()
    assert dialog.choices() == ["Submit the version on disk", "Overwrite the file with what is open here"]
    expect(dialog.root.locator(".primehub-choices .btn-danger")).to_have_count(0)
    notebook.console_errors.clear()  # the host logs that the file was gone
    dialog.save_choice("disk")
    job = finished(signed_in, dialog.result(timeout=30_000)["id"])
    assert printed(sandbox.home / job["output_path"]) == ["written by somebody else"]


def test_a_read_only_notebook_is_told_of_and_asked_about(signed_in, sandbox, notebook, immutable):
    path = write_notebook(sandbox.volume / f"read-only-{signed_in.host}.ipynb", "print('as it is on disk')")
    with immutable(path):
        notebook.open(signed_in.notebook_url(f"phusers/{path.name}"))
        notebook.insert_code("print('edited')")
        dialog = notebook.submit_dialog().wait_form()
        expect(dialog.finding("notebook_read_only")).to_contain_text("the job runs the version on disk")
        assert "will be saved" not in dialog.text
        dialog.submit()
        assert dialog.error()["code"] == "save_read_only"
        assert dialog.choices() == ["Submit the version on disk"]
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

    notebook.page.context.set_offline(True)
    dialog.submit(parameters="kept=1")
    assert dialog.error()["message"] == "The notebook server cannot be reached."
    assert dialog.choices() == ["Try again"]
    notebook.page.context.set_offline(False)
    notebook.page.route("**/api/contents/**", fail)
    dialog.save_choice("again")
    expect(dialog.root.locator("[data-code=save_failed]")).to_be_visible()
    assert "/secret/path" not in dialog.text
    assert dialog.value("parameters") == "kept=1"
    notebook.page.unroute("**/api/contents/**")
    notebook.console_errors.clear()  # the host logs the failure too
    dialog.save_choice("again")
    job = finished(signed_in, dialog.result(timeout=30_000)["id"])
    assert printed(sandbox.home / job["output_path"]) == ["on disk", "edited"]
