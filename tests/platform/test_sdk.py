"""PrimeHub's own Python SDK and its command line, unchanged, against the sandbox.

What works with PrimeHub's server works here, and what fails there fails here in the same words.
sdk_commands/*.txt is what the SDK said when it spoke to PrimeHub's own server (primehub-console 42333044,
in the state of initial_state.py; Kubernetes, Keycloak and the store behind it were stand-ins).
"""

from __future__ import annotations

import difflib
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime, timezone
from pathlib import Path
from queue import SimpleQueue

import pytest

pytest.importorskip("graphql")

from kit import agreement, transcripts  # noqa: E402
from stage import Stage  # noqa: E402

HERE = Path(__file__).parent
PROGRAMS = HERE.parent.parent / ".venv" / "sdk" / "bin"
FILES = {path.stem: path.read_text("utf-8") for path in sorted((HERE / "sdk_commands").glob("*.txt"))}
SCENARIOS = {
    f"{name}: {scenario.name}": scenario for name, text in FILES.items() for scenario in transcripts.parse(text)
}
AT_ONCE = 4
# All are played before the first is looked at; no command may take longer than transcripts.SECONDS.
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def told(request, tmp_path_factory) -> dict[str, transcripts.Scenario]:
    """What each chosen scenario prints here; several at once, each on a PrimeHub of its own."""
    items = (item for item in request.session.items if item.path == request.path)
    chosen = [item.callspec.params["name"] for item in items if "told" in item.fixturenames]
    free: SimpleQueue[Stage] = SimpleQueue()

    def play(name: str) -> transcripts.Scenario:
        scenario, stage, home = SCENARIOS[name], free.get(), tmp_path_factory.mktemp("home")
        try:
            return transcripts.replay(scenario, reset(stage, scenario.edition), home, PROGRAMS)
        finally:
            free.put(stage)

    with ExitStack() as stack, ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in range(AT_ONCE):
            free.put(stack.enter_context(Stage(tmp_path_factory.mktemp("cluster"))))
        return dict(zip(chosen, pool.map(play, chosen)))


def reset(stage: Stage, edition: str) -> transcripts.PrimeHub:
    since, people = datetime.now(timezone.utc), stage.cluster.people
    stage.reset()
    stage.edition(edition)
    # The SDK goes where `logEndpoint` says.
    stage.cluster.public_url = f"http://127.0.0.1:{stage.port}"
    return transcripts.PrimeHub(
        f"{stage.cluster.public_url}/api/graphql",
        {people.users[user].username: token for token, user in people.tokens.items()},
        {group.name: group.id for group in people.groups.values()},
        since,
    )


@pytest.mark.parametrize("name", FILES)
def test_a_transcript_is_read_whole(name):
    _comment, _, body = FILES[name].partition("\n\n")
    assert "\n".join(scenario.text() for scenario in transcripts.parse(FILES[name])) == body


@pytest.mark.skipif(not (PROGRAMS / "primehub").exists(), reason="no .venv/sdk (python dev/bootstrap.py test makes it)")
@pytest.mark.parametrize("name", SCENARIOS)
def test_the_sdk_says_what_it_says_with_primehub(name, told):
    for number, (then, now) in enumerate(zip(SCENARIOS[name].steps, told[name].steps), 1):
        agreement.record("commands of the SDK", f"{name} ({number})", now == then, then.command)
    then, now = SCENARIOS[name].text().splitlines(), told[name].text().splitlines()
    assert now == then, "\n".join(difflib.unified_diff(then, now, "with PrimeHub", "here", lineterm="", n=1))
