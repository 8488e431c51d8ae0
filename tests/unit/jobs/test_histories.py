"""Random histories of submissions: the notebook runs once, nothing runs after a cancel, and nobody is told a lie."""

from __future__ import annotations

from kit.histories import live_through

HISTORIES = 60  # bench/bench_histories.py lives through 500


def test_random_histories(tmp_path, primehub, monkeypatch):
    monkeypatch.setenv("PRIMEHUB_API_TOKEN", primehub.token)
    broken, happened = live_through(primehub, tmp_path, range(HISTORIES))
    assert broken == {}, "seeds, and the promises that their histories broke"
    # What the histories are about did happen in them.
    for event in ("killed", "told: a job", "told: submission_unknown", "told: submission_not_created", "rerun"):
        assert happened[event], event
