"""Token files and settings with anything in them: the token of another source, or none; and no page breaks."""

from __future__ import annotations

import json

from kit.answers import Answering
from primehub_nbext.config import PrimeHub
from primehub_nbext.primehub.credentials import Credentials


def test_a_damaged_token_file_is_none(place, tmp_path):
    place.client = Answering({"me": {"username": "alice"}})
    for token in (5, ["x"], {}, None, "with\nnewline", ""):
        (tmp_path / "token.json").write_text(
            json.dumps({"endpoint": Answering.endpoint, "token": token, "user": ["x"]})
        )
        assert place.credentials.describe(ask=True)["source"] == "environment"
    (tmp_path / "token.json").write_text("[" * 100_000)
    assert place.credentials.describe()["source"] == "environment"


def test_the_sdk_files_token_goes_to_the_sdk_files_endpoint_only(place, tmp_path, monkeypatch):
    monkeypatch.delenv("PRIMEHUB_API_TOKEN")
    file = tmp_path / "sdk.json"
    for endpoint, source in (("https://one.example/graphql", "sdk_file"), ("https://two.example/graphql", None)):
        file.write_text(json.dumps({"endpoint": endpoint, "api-token": "a-token"}))
        settings = PrimeHub(api_endpoint="", token_file=str(tmp_path / "token.json"), sdk_config_file=str(file))
        client = Answering({})
        client.endpoint = "https://one.example/graphql"  # read when the server started
        assert Credentials(settings, client).describe()["source"] == source


def test_a_group_name_that_is_no_text_breaks_no_page(place):
    place.config.group_name = "ph\udcffusers"
    assert place.console_link("job").startswith("/console/g/")
