"""Trouble with PrimeHub as a person meets it in the dialog: nothing typed is lost, and there is one job."""

from __future__ import annotations

import json
import re
import threading

import pytest
from playwright.sync_api import expect

from kit import misbehaving as told
from kit.answers import resources
from kit.misbehaving import MisbehavingPrimeHub
from kit.notebooks import write_notebook
from kit.servers import start_server
from pages import NotebookPage

TYPED = {"display_name": "what I typed", "parameters": "start=7; end=8"}
HOSTILE = '<img src=x onerror="window.hacked=1">'
LONG = HOSTILE + "x" * 10_000
SETTINGS = {"request_timeout": 3.0, "settle_timeout": 0.3, "resources_max_age": 0.0}


@pytest.fixture(scope="module")
def primehub():
    with MisbehavingPrimeHub() as primehub:
        yield primehub


@pytest.fixture(scope="module")
def wired(host, primehub, tmp_path_factory):
    """A notebook server whose PrimeHub does what a test tells it to."""
    home = tmp_path_factory.mktemp(f"trouble-{host}")
    env = {
        "GROUP_ID": primehub.group["id"],
        "GROUP_NAME": primehub.group["name"],
        "PRIMEHUB_API_ENDPOINT": primehub.endpoint,
        "PRIMEHUB_HOME_DIR": str(home),
    }
    args = [f"--PrimeHub.{name}={value}" for name, value in SETTINGS.items()]
    server = start_server(host, home, env=env, args=tuple(args))
    yield server
    assert server.stop() == [], "the notebook server left processes behind"


@pytest.fixture
def notebook(wired, primehub, page, request):
    """A notebook of its own, open in the browser, with a token that holds."""
    primehub.behave()
    primehub.store.jobs.clear()
    token = primehub.store.issue_token("alice")
    assert wired.api("PUT", "token", json={"token": token}).status_code == 200
    name = re.sub(r"\W+", "-", request.node.name) + ".ipynb"
    write_notebook(wired.root / "phusers" / name, "print(1)")
    return NotebookPage(page).open(wired.notebook_url(f"phusers/{name}"))


def another_tab(notebook: NotebookPage) -> NotebookPage:
    return NotebookPage(notebook.page.context.new_page()).open(notebook.page.url)


def typed(dialog) -> dict:
    return {name: dialog.value(name) for name in TYPED}


def unknown(notebook, primehub):
    """A dialog whose submission made a job that nobody could confirm."""
    primehub.on("CreateJob", told.reset(executed=True), nth=1)
    primehub.on("CreateJob", told.reset(executed=False), nth=2)
    primehub.on("CreateJob", told.reset(executed=False), nth=3)
    primehub.on("NewestCommands", told.page(503))
    dialog = notebook.submit_dialog().wait_form()
    dialog.submit(**TYPED)
    assert dialog.error()["code"] == "submission_unknown"
    assert typed(dialog) == TYPED
    primehub.behave()
    return dialog


def only_job(primehub) -> str:
    (job_id,) = primehub.store.jobs
    return job_id


# --- one job --------------------------------------------------------------------------------------------------------


def test_unknown_is_resolved_by_pressing_again(notebook, primehub):
    dialog = unknown(notebook, primehub)
    dialog.submit()
    result = dialog.result()
    assert (result["id"], result["created"], result["name"]) == (only_job(primehub), False, TYPED["display_name"])


def test_unknown_is_resolved_by_another_dialog(notebook, primehub):
    dialog = unknown(notebook, primehub)
    dialog.cancel()
    dialog.wait_closed()
    again = notebook.submit_dialog().wait_form()
    assert again.resumed and typed(again) == TYPED
    again.submit()
    assert again.result()["id"] == only_job(primehub)


def test_unknown_is_resolved_after_a_reload(notebook, primehub):
    unknown(notebook, primehub)
    notebook.reload()
    dialog = notebook.submit_dialog().wait_form()
    assert dialog.resumed
    assert typed(dialog) == TYPED
    dialog.submit()
    result = dialog.result()
    assert (result["id"], result["created"]) == (only_job(primehub), False)
    # Once it is known, the same values are another job, if one wants it.
    another = dialog.another()
    assert typed(another) == TYPED and not another.resumed
    another.submit()
    assert another.result()["created"] is True
    assert len(primehub.store.jobs) == 2


def test_a_reload_while_it_is_being_submitted(notebook, primehub):
    reloaded = threading.Event()

    def answered_after_it(exchange):
        status, answer = exchange.execute()
        reloaded.wait(60)
        exchange.answer(status, json.dumps(answer).encode())

    primehub.on("CreateJob", answered_after_it, nth=1)
    dialog = notebook.submit_dialog().wait_form()
    with notebook.page.expect_request("**/primehub/api/jobs"):
        dialog.submit(**TYPED)
    notebook.reload()
    reloaded.set()
    again = notebook.submit_dialog().wait_form()
    assert again.resumed
    again.submit()
    assert again.result()["id"] == only_job(primehub)


def test_a_token_revoked_while_the_answer_was_lost(notebook, wired, primehub):
    def make_and_revoke(exchange):
        exchange.execute()
        exchange.primehub.store.revoke_tokens("alice")
        exchange.reset()

    primehub.on("CreateJob", make_and_revoke, nth=1)
    dialog = notebook.submit_dialog().wait_form()
    dialog.submit(**TYPED)
    error = dialog.error()
    assert error["code"] == "submission_unknown" and "token" in error["message"]
    prompt = dialog.enter_token()
    prompt.save(primehub.store.issue_token("alice"))
    prompt.wait_closed()
    dialog.wait_form()
    assert dialog.resumed and typed(dialog) == TYPED
    dialog.submit()
    assert dialog.result()["id"] == only_job(primehub)


def test_other_values_than_those_in_doubt_are_another_submission(notebook, primehub):
    """Nobody is shown the job of other values as the one they asked for."""
    dialog = unknown(notebook, primehub)
    dialog.submit(parameters="start=100")
    assert dialog.error()["code"] == "submission_conflict"
    first = only_job(primehub)
    dialog.submit()
    result = dialog.result()
    assert result["created"] and result["id"] != first
    assert len(primehub.store.jobs) == 2


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


def test_what_is_known_by_now_is_not_doubted_any_more(notebook, primehub):
    primehub.on("CreateJob", told.reset(executed=False))
    dialog = notebook.submit_dialog().wait_form()
    dialog.submit(**TYPED)
    assert dialog.error()["code"] == "submission_unknown"
    dialog.cancel()
    dialog.wait_closed()
    primehub.behave()
    primehub.on("CreateJob", told.answering({"errors": [{"message": "Internal error"}]}))
    again = notebook.submit_dialog().wait_form()
    assert again.resumed
    until(again, "submission_not_created")
    assert not again.resumed and typed(again) == TYPED
    assert not primehub.store.jobs


@pytest.fixture
def sent(notebook):
    """The bodies of the submissions that the page sends."""
    bodies = []

    def note(request):
        if request.method == "POST" and request.url.endswith("/primehub/api/jobs"):
            bodies.append(json.loads(request.post_data))

    notebook.page.on("request", note)
    return bodies


def test_pressing_past_the_button_sends_one_request(notebook, primehub, sent):
    """The button is disabled at once; here the form is submitted three times in a row all the same."""
    dialog = notebook.submit_dialog().wait_form()
    notebook.page.evaluate(
        """() => {
            const form = document.querySelector("#primehub_submit_dialog form");
            const button = document.getElementById("primehub_submit_button");
            for (let i = 0; i < 3; i += 1) {
                form.dispatchEvent(new Event("submit", {bubbles: true, cancelable: true}));
                button.disabled = false;
            }
        }"""
    )
    assert dialog.result()["created"]
    notebook.page.wait_for_load_state("networkidle")
    assert len(sent) == 1
    only_job(primehub)


def test_two_requests_at_once_are_one_job(notebook, primehub, sent):
    """Each submission leaves the page twice, as through something on the way that repeats requests."""
    dialog = notebook.submit_dialog().wait_form()
    notebook.page.evaluate(
        """() => {
            const ajax = $.ajax;
            $.ajax = (url, settings) => {
                if (/\\/primehub\\/api\\/jobs$/.test(url)) {
                    ajax(url, {...settings, success() {}, error() {}});
                }
                return ajax(url, settings);
            };
        }"""
    )
    dialog.submit(**TYPED)
    dialog.result()
    notebook.page.wait_for_load_state("networkidle")
    assert len(sent) == 2, "the request was not repeated"
    assert sent[0] == sent[1]
    only_job(primehub)


# --- faults ---------------------------------------------------------------------------------------------------------

FAULTS = {
    "502 page": ("Resources", told.page(502), "primehub_unavailable"),
    "unreachable": ("Resources", told.reset(executed=False), "primehub_unreachable"),
    "no answer": ("Resources", told.silent(executed=False), "primehub_timeout"),
    "licence": ("CreateJob", told.refusing("License expired", "LICENSE_ERROR"), "license_error"),
    "CE": (
        "CreateJob",
        told.refusing('Cannot query field "createPhJob" on type "Mutation".', None),
        "jobs_unavailable",
    ),
    "error": ("CreateJob", told.answering({"errors": [{"message": "Internal error"}]}), "submission_not_created"),
    "gateway": ("CreateJob", told.page(502), "submission_unknown"),
}


def test_faults_have_their_sentences_and_lose_nothing(notebook, primehub):
    """One dialog meets them all."""
    dialog = notebook.submit_dialog().wait_form()
    dialog.fill(**TYPED)
    primehub.on("CreateJob", told.refusing("User Gpu Quota exceeded", "EXCEED_QUOTA"))
    dialog.submit()
    assert "User Gpu Quota exceeded" in dialog.error_at("instance_type")
    for name, (operation, behaviour, code) in FAULTS.items():
        primehub.behave()
        primehub.on(operation, behaviour)
        dialog.submit()
        error = dialog.error()
        assert (name, error["code"]) == (name, code)
        assert error["message"].endswith(".") and error["hint"].endswith("."), name
        assert typed(dialog) == TYPED, name
    assert not primehub.store.jobs
    primehub.behave()
    until(dialog)
    only_job(primehub)


def until(dialog, code: str | None = None) -> None:
    """Press Submit again for as long as it does not know yet; until there is a result, or this error."""
    for _ in range(20):
        dialog.submit()
        place = dialog.root.locator("#primehub_result, .alert-danger[data-code]").first
        expect(place).to_be_visible()
        said = place.get_attribute("data-code")
        if said != "submission_unknown":
            assert said == code
            return
    raise AssertionError("this submission is never resolved")


# --- what PrimeHub says ---------------------------------------------------------------------------------------------


def harmless(notebook: NotebookPage, dialog) -> None:
    """Nothing ran and nothing sticks out, in a wide window and in a narrow one."""
    page = notebook.page
    page.wait_for_load_state("networkidle")
    assert page.evaluate("() => window.hacked") is None
    assert dialog.root.locator("img, script, iframe").count() == 0
    assert dialog.root.locator('a[href^="javascript:" i]').count() == 0
    for width in (480, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        box = dialog.root.locator(".modal-content").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
        assert dialog.root.evaluate(
            "root => { const body = root.querySelector('.modal-body'); return body.scrollWidth <= body.clientWidth; }"
        )


def test_names_and_messages_are_only_text(notebook, primehub):
    instance = {"name": "cpu-1", "displayName": LONG, "description": LONG}
    image = {"name": "base-notebook", "displayName": LONG, "description": LONG, "type": "cpu", "url": LONG}
    group = {"id": primehub.group["id"], "name": LONG, "displayName": LONG, "enabledSharedVolume": True}
    answer = {"data": resources({**group, "instanceTypes": [instance], "images": [image]})}
    primehub.on("Resources", told.answering(answer))
    dialog = notebook.submit_dialog().wait_form()
    harmless(notebook, dialog)
    for refusal in (told.refusing(LONG, "EXCEED_QUOTA"), told.answering({"errors": [{"message": LONG}]})):
        primehub.on("CreateJob", refusal)
        dialog.submit(display_name=HOSTILE)
        expect(dialog.root.locator(".has-error, .alert-danger[data-code]").first).to_be_visible()
        harmless(notebook, dialog)
    primehub.on(
        "CreateJob", told.answering({"data": {"createPhJob": {"id": "job-1", "phase": LONG, "userName": LONG}}})
    )
    dialog.submit(parameters=f"name='{HOSTILE}'")
    assert dialog.result()["name"] == HOSTILE
    harmless(notebook, dialog)


def test_an_error_before_the_form_is_only_text(notebook, primehub):
    primehub.on("Resources", told.refusing(LONG, None))
    dialog = notebook.submit_dialog()
    assert HOSTILE[:20] in dialog.error()["message"]
    harmless(notebook, dialog)


def test_a_user_name_is_only_text(notebook, wired, primehub):
    primehub.on("Me", told.answering({"data": {"me": {"id": "1", "username": LONG}}}))
    assert wired.api("PUT", "token", json={"token": primehub.token}).status_code == 200
    dialog = notebook.token_dialog()
    assert HOSTILE[:20] in dialog.state()
    harmless(notebook, dialog)
