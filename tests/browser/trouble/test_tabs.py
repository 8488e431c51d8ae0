"""Two tabs with one notebook: each has its own submission, and what is in doubt is shared."""

from __future__ import annotations

from kit.doubts import TYPED, only_job, typed, unknown
from pages import NotebookPage


def another_tab(notebook: NotebookPage) -> NotebookPage:
    return NotebookPage(notebook.page.context.new_page()).open(notebook.page.url)


def test_two_tabs_are_two_submissions(notebook, primehub):
    """Each gets its own job, with its own values; only what is in doubt is shared."""
    other = another_tab(notebook)
    one, two = notebook.submit_dialog().wait_form(), other.submit_dialog().wait_form()
    one.submit(**TYPED)
    first = one.result()
    two.submit(parameters="start=100")
    two.choose_disk_if_asked()
    second = two.result()
    assert first["created"] and second["created"] and first["id"] != second["id"]
    assert len(primehub.store.jobs) == 2


def test_what_is_in_doubt_is_one_job_from_two_tabs(notebook, primehub):
    other = another_tab(notebook)
    one = unknown(notebook, primehub)
    two = other.submit_dialog().wait_form()
    assert two.resumed and typed(two) == TYPED
    two.submit()
    two.choose_disk_if_asked()
    one.submit()
    assert one.result()["id"] == two.result()["id"] == only_job(primehub)


def test_a_tab_that_is_closed_takes_nothing_with_it(notebook, primehub):
    """The other tab knows nothing of what this one has sent."""
    other = another_tab(notebook).submit_dialog().wait_form()
    unknown(notebook, primehub)
    other.cancel()
    other.wait_closed()
    notebook.reload()
    again = notebook.submit_dialog().wait_form()
    assert again.resumed
    again.submit()
    assert again.result()["id"] == only_job(primehub)
