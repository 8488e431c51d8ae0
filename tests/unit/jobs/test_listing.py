"""The job list: paged against PrimeHub's own paging, filtered, and honest where PrimeHub does not answer."""

from __future__ import annotations

import pytest

from kit import misbehaving as told
from kit.listed_jobs import add_job, command_of
from primehub_nbext.config import PrimeHub
from primehub_nbext.context import Context
from primehub_nbext.errors import BadRequest
from primehub_nbext.jobs import head
from primehub_nbext.jobs.listing import Listing
from primehub_nbext.jobs.query import JobQuery
from primehub_nbext.primehub.errors import PrimeHubError

MANY = 4000


@pytest.fixture
def context(primehub, tmp_path, monkeypatch):
    monkeypatch.setenv("PRIMEHUB_API_TOKEN", primehub.token)
    (tmp_path / "phusers").mkdir()
    settings = {"group_id": primehub.group["id"], "group_name": primehub.group["name"], "home_dir": str(tmp_path)}
    paths = {"token_file": str(tmp_path / "token.json"), "sdk_config_file": str(tmp_path / "config.json")}
    return Context(PrimeHub(api_endpoint=primehub.endpoint, request_timeout=20.0, **settings, **paths))


def command(context, name: str = "train.ipynb", **given) -> str:
    return command_of(context.volume.path, name, **given)


def page(listing, root, **query) -> tuple[list[str], str | None]:
    """The numbers of the jobs that are listed, and where the list goes on."""
    answer = listing.page(JobQuery.of(query), str(root))
    return [int(each["id"][-6:]) for each in answer["jobs"]], answer["next"]


def whole(listing, root, **query) -> list[int]:
    """The numbers of all jobs, page after page."""
    found, following = page(listing, root, **query)
    while following:
        more, following = page(listing, root, **{**query, "before": following})
        found += more
    return found


def test_parameters_are_searched_in_commands_that_were_read_and_some_others_each_time(primehub, context, tmp_path):
    for number in range(30):
        add_job(primehub, number, command(context, n=number, x=number // 10), name="n=3" if number == 4 else "")
    old = command(context).replace("parameters='{}'\n", "parameters='{n: 3, notes: [abc]}'\n")
    add_job(primehub, 30, old)
    listing, query = Listing(context), JobQuery.of({"search": "N=3", "limit": "10"})
    seen = []
    for _ in range(4):
        requests = len(primehub.requests)
        answer = listing.page(query, str(tmp_path))
        seen.append(([int(each["id"][-6:]) for each in answer["jobs"]], answer["unsearched"], answer["next"]))
        assert len(primehub.requests) - requests <= 2
    # That of the name is found whatever was read; one page's commands are read each time.
    assert seen == [([30, 4], 21, None), ([30, 4], 11, None), ([30, 4, 3], 1, None), ([30, 4, 3], 0, None)]
    assert whole(listing, tmp_path, search="x=1", limit="4") == list(range(19, 9, -1))


def test_a_list_of_4000_opens_with_two_requests_and_little_to_read(primehub, context, tmp_path):
    for number in range(MANY):
        add_job(primehub, number, command(context, size=5000, start=number))
    listing = Listing(context)
    for query in ({}, {"notebook": "phusers/a/train.ipynb", "mine": "1"}, {"phase": "succeeded", "search": "RUN 3"}):
        requests, sent = len(primehub.requests), primehub.bytes_sent
        found, following = page(Listing(context), tmp_path, **query)
        assert len(found) == 25 and following, query
        assert len(primehub.requests) - requests <= 2
        assert 100_000 < primehub.bytes_sent - sent <= 300_000
    page(listing, tmp_path)
    again = primehub.bytes_sent
    assert page(listing, tmp_path)[0] == list(range(MANY - 1, MANY - 26, -1))
    assert primehub.bytes_sent - again < 40_000, "commands that are known are not asked for again"


def test_pages_follow_each_other_without_gap_or_repeat(primehub, context, tmp_path):
    for number in range(30):
        ours = number % 3 != 0
        add_job(primehub, number, command(context) if ours else "echo hello", user="bob" if number % 2 else "alice")
    ours = [number for number in range(29, -1, -1) if number % 3]
    for limit in ("1", "4", "100"):
        listing = Listing(context)
        for _ in ("unknown", "known"):
            assert whole(listing, tmp_path, limit=limit) == ours
        assert whole(listing, tmp_path, limit=limit, mine="true") == [n for n in ours if n % 2 == 0]


def test_a_page_goes_on_where_it_was_though_jobs_come_and_go(primehub, context, tmp_path):
    ids = [add_job(primehub, number, command(context)) for number in range(10)]
    listing = Listing(context)
    found, following = page(listing, tmp_path, limit="3")
    add_job(primehub, 50, command(context))
    assert page(listing, tmp_path, limit="3", before=following)[0] == [6, 5, 4]
    del primehub.store.jobs[ids[7]]  # the job that the page ended with: PrimeHub begins its list anew then
    more = whole(listing, tmp_path, limit="3", before=following)
    assert (found, more) == ([9, 8, 7], [6, 5, 4, 3, 2, 1, 0])


def test_filters(primehub, context, tmp_path):
    given = {"rate": 1.0, "City": "New York's", "grid": [1, {"a": "x"}]}
    add_job(primehub, 1, command(context, **given), phase="Running", name="Train ResNet")
    add_job(primehub, 2, command(context, "other.ipynb"), phase="Failed", user="bob")
    add_job(primehub, 3, command(context), phase="Pending", user="bob", name="größe")
    listing = Listing(context)
    expected = {
        "search=RESNET": [1], "search=GRÖSSE": [3], "search=BOB": [3, 2], "search=000002": [2], "search=%": [],
        "search=resnet train": [1], "search=train größe": [], "search=RATE=1.0": [1], "search=rate=1.0 bob": [],
        "search=city=new york's": [1], 'search=city="New York\'s"': [1], 'search=grid=[1, {"a"': [1],
        "phase=running": [1], "phase=Failed,Pending": [3, 2], "mine=1": [1], "mine=0": [3, 2, 1],
        "notebook=phusers/a/train.ipynb": [3, 1], "notebook=/phusers/a/other.ipynb": [2],
        "notebook=phusers/no.ipynb": [],
    }  # fmt: skip
    for _ in ("unknown", "known"):
        for query, numbers in expected.items():
            assert whole(listing, tmp_path, **dict([query.split("=", 1)])) == numbers, query


@pytest.mark.parametrize(
    "query",
    [
        {"mine": "yes"}, {"limit": "0"}, {"limit": "101"}, {"limit": "x"}, {"limit": "²"}, {"phase": "Done"},
        {"phase": "Failed,x"}, {"before": "a b"}, {"before": "job-1~x"}, {"search": "x" * 201},
    ],
)  # fmt: skip
def test_a_bad_value_is_named(query):
    with pytest.raises(BadRequest) as caught:
        JobQuery.of(query)
    assert f"`{next(iter(query))}`" in caught.value.message and caught.value.status == 400


def test_without_primehub_the_last_answer_is_told_and_how_old_it_is(primehub, context, tmp_path):
    add_job(primehub, 1, command(context))
    listing = Listing(context)
    known = listing.page(JobQuery(), str(tmp_path))
    assert known["problem"] is None and known["as_of"].endswith("Z")
    for operation in ("Jobs", "JobRows"):
        primehub.on(operation, told.page(503))
        stale = listing.page(JobQuery(), str(tmp_path))
        assert {**stale, "problem": None} == known
        assert stale["problem"]["code"] == "primehub_unavailable"
        with pytest.raises(PrimeHubError):
            Listing(context).page(JobQuery(), str(tmp_path))
        primehub.behave()
    primehub.empty = True  # as while PrimeHub begins its list anew
    stale = listing.page(JobQuery(), str(tmp_path))
    assert ({**stale, "problem": None}, stale["problem"]["code"]) == (known, "primehub_trouble")


def test_what_one_token_saw_is_not_shown_to_another(primehub, context, tmp_path, monkeypatch):
    add_job(primehub, 1, command(context))
    listing = Listing(context)
    listing.page(JobQuery(), str(tmp_path))
    monkeypatch.setenv("PRIMEHUB_API_TOKEN", "another")
    primehub.on("Jobs", told.page(503))
    with pytest.raises(PrimeHubError):
        listing.page(JobQuery(), str(tmp_path))


def test_jobs_of_others_with_huge_commands_do_not_hide_ours(primehub, context, tmp_path):
    for number in range(8):
        add_job(primehub, number, command(context) if number == 0 else "x" * 900_000)
    context.config.max_answer_bytes = 2_000_000
    assert whole(Listing(context), tmp_path) == [0]


YAML = "parameters='{notes: [" + ", ".join(f"word {n}" for n in range(5000)) + "]}'\n"


def test_parameters_are_read_when_somebody_looks(primehub, context, tmp_path, monkeypatch):
    """Counted in characters: those of a page's own jobs, and of none by which a list is filtered or searched."""
    read = []
    monkeypatch.setattr(head, "from_yaml", lambda text: read.append(text) or {})
    old = command(context).replace("parameters='{}'\n", YAML)
    for number in range(40):
        add_job(primehub, number, old if number % 2 else command(context, n=number))
    listing = Listing(context)
    assert len(whole(listing, tmp_path, notebook="phusers/a/other.ipynb", limit="100")) == 0
    assert read == []
    answer = listing.page(JobQuery.of({"limit": "10"}), str(tmp_path))
    assert len(read) == 5 and sum(map(len, read)) < 200, "old YAML of 40 kB takes a second"
    assert [each["parameters"] for each in answer["jobs"]] == [None, {}] * 5
    assert head.WrittenHead.of(old).parameters == {} and len(read) == 6


def test_the_head_of_a_command_is_read_without_its_parameters(context, monkeypatch):
    passed = []
    unquote = head.unquote
    monkeypatch.setattr(head, "unquote", lambda word: passed.append(len(word)) or unquote(word))
    for text in (command(context), command(context).replace("parameters='{}'\n", YAML)):
        passed.clear()
        found = head.WrittenHead.of(text)
        assert found.name == "train.ipynb" and sum(passed) < 500
