"""Looking for a submission in a group with many jobs: as far back as it was sent, whatever the jobs' commands."""

from __future__ import annotations

import time

from kit.listed_jobs import add_job, command_of
from kit.people import ID
from primehub_nbext.jobs.lookup import PAGE, look_for

START = 1793491200.0  # 2026-11-01T00:00:00Z, when the job of number 0 is made


def look(context, since: float | None, seconds: float = 60.0):
    return look_for(context, ID, 1, since, time.monotonic() + seconds)


def bury(context, primehub, newer: int, size: int = 0) -> str:
    """A job of the submission, below so many newer ones of others with commands of this size."""
    job_id = add_job(primehub, 100, command_of(context.volume.path, submission_id=ID))
    for number in range(newer):
        add_job(primehub, 101 + number, command_of(context.volume.path, size=size))
    return job_id


def test_a_job_is_found_however_many_newer_ones_there_are(context, primehub):
    assert look(context, START + 100 * 60, seconds=0.0) is None, "there is none yet"
    job_id = bury(context, primehub, newer=15 * PAGE)
    for since in (START + 100 * 60, None):
        assert look(context, since)["id"] == job_id


def test_commands_that_are_too_much_for_one_answer_are_read_in_several(context, primehub):
    context.config.max_answer_bytes = 100_000
    job_id = bury(context, primehub, newer=2 * PAGE, size=20_000)
    assert look(context, START + 100 * 60)["id"] == job_id


def test_what_is_older_than_the_submission_is_not_read(context, primehub):
    for number in range(4 * PAGE):
        add_job(primehub, number, command_of(context.volume.path))
    job_id = bury(context, primehub, newer=1)
    assert look(context, START + 100 * 60)["id"] == job_id
    assert primehub.count("NewestCommands") == 1
