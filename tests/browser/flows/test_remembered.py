"""The last submission of a notebook: offered again after a reload, under another name, and without its secrets."""

from __future__ import annotations

import pytest

from kit.notebooks import write_notebook

ASKED = {"instance_type": "cpu-1", "display_name": "train", "parameters": "lr=0.1"}


@pytest.fixture
def submit(signed_in, sandbox, notebook, request):
    """Submits the notebook with these values, then loads its page anew; gives the dialog that opens next."""
    path = write_notebook(sandbox.volume / f"again-{signed_in.host}-{request.node.originalname}.ipynb", "print(1)")
    notebook.open(signed_in.notebook_url(f"phusers/{path.name}"))

    def submit(**values):
        dialog = notebook.submit_dialog().wait_form()
        dialog.submit(**values)
        dialog.result(timeout=30_000)
        notebook.page.wait_for_load_state("networkidle")
        notebook.reload()
        return notebook.submit_dialog().wait_form()

    return submit


def test_the_last_submission_is_offered_again(submit, notebook):
    dialog = submit(**ASKED)
    assert {name: dialog.value(name) for name in ASKED} == {**ASKED, "display_name": "train 2"}
    dialog.cancel()
    dialog.wait_closed()
    assert submit().value("display_name") == "train 3"
    assert not notebook.is_dirty()


def test_secrets_are_not_remembered(submit, notebook):
    dialog = submit(display_name="login", parameters="password=hunter2; lr=0.1")
    assert (dialog.value("display_name"), dialog.value("parameters")) == ("login 2", "")
    assert "hunter2" not in notebook.page.evaluate("() => JSON.stringify([{...localStorage}, {...sessionStorage}])")
