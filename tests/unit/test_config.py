"""Settings: the trait wins, then its environment variable, then the default; nonsense is told by name, and not used."""

from __future__ import annotations

import math

import pytest
from traitlets.config import Config

from primehub_nbext.config import PrimeHub

VARIABLES = {
    "api_endpoint": ("PRIMEHUB_API_ENDPOINT", "http://h/api/graphql", ""),
    "console_url": ("PRIMEHUB_CONSOLE_URL", "https://h/console", "/console"),
    "home_dir": ("PRIMEHUB_HOME_DIR", "/home/somebody", None),
    "group_volume_path": ("PRIMEHUB_GROUP_VOLUME_PATH", "/mnt/group", ""),
    "group_id": ("GROUP_ID", "id-1", ""),
    "group_name": ("GROUP_NAME", "phusers", ""),
    "instance_type": ("INSTANCE_TYPE", "cpu-1", ""),
    "image": ("IMAGE_NAME", "base-notebook", ""),
    "token_file": ("PRIMEHUB_TOKEN_FILE", "/private/token.json", None),
    "sdk_config_file": ("PRIMEHUB_CONFIG_FILE", "/private/config.json", None),
    "ca_bundle": ("PRIMEHUB_CA_BUNDLE", "/etc/ca.pem", ""),
    "request_timeout": ("PRIMEHUB_REQUEST_TIMEOUT", "7.5", 20.0),
    "settle_timeout": ("PRIMEHUB_SETTLE_TIMEOUT", "0", 10.0),
}


@pytest.fixture(autouse=True)
def bare(monkeypatch, tmp_path):
    """None of the tester's own variables, and a home without anything."""
    for name, *_ in VARIABLES.values():
        monkeypatch.delenv(name, raising=False)
    for name in ("REQUESTS_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))


@pytest.mark.parametrize("trait", VARIABLES)
def test_trait_then_environment_then_default(trait, monkeypatch):
    variable, value, default = VARIABLES[trait]
    if default is not None:
        assert getattr(PrimeHub(), trait) == default
    monkeypatch.setenv(variable, value)
    assert str(getattr(PrimeHub(), trait)) in (value, f"{value}.0")
    given = 3.0 if trait.endswith("timeout") else "http://trait/" if trait == "api_endpoint" else "/from/the/trait"
    assert getattr(PrimeHub(config=Config({"PrimeHub": {trait: given}})), trait) == given


def test_the_places_of_a_person(tmp_path):
    config = PrimeHub()
    assert config.token_file == str(tmp_path / "data" / "primehub" / "token.json")
    assert config.sdk_config_file == str(tmp_path / ".primehub" / "config.json")
    assert config.home_dir in ("/home/jovyan", str(tmp_path))


def test_a_certificate_bundle_meant_for_everything(monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/all.pem")
    assert PrimeHub().ca_bundle == "/etc/all.pem"
    monkeypatch.setenv("PRIMEHUB_CA_BUNDLE", "/etc/ours.pem")
    assert PrimeHub().ca_bundle == "/etc/ours.pem"


def test_a_proxy_only_by_setting(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://proxy.example:3128")
    assert PrimeHub().proxy == ""


NONSENSE = [
    ("connect_timeout", 0.0),
    ("request_timeout", 0.0),
    ("request_timeout", -1.0),
    ("request_timeout", math.inf),
    ("request_timeout", math.nan),
    ("settle_timeout", -1.0),
    ("settle_timeout", math.inf),
    ("snapshot_max_age", -1.0),
    ("resources_max_age", -1.0),
    ("max_workers", 0),
    ("max_answer_bytes", -5),
    ("api_endpoint", "primehub-graphql/api/graphql"),
    ("api_endpoint", "file:///etc/passwd"),
    ("api_endpoint", "http://"),
    ("api_endpoint", "http://[::1/api"),
    ("proxy", "proxy:3128"),
    ("proxy", "socks5://proxy:1080"),
    ("home_dir", "home/jovyan"),
    ("group_volume_path", "./project"),
    ("token_file", "token.json"),
    ("token_file", "/private/\0"),
    ("sdk_config_file", "~/.primehub/config.json"),
    ("ca_bundle", "ca.pem"),
]


@pytest.mark.parametrize(("trait", "value"), NONSENSE)
def test_nonsense_is_told_by_name_and_not_used(trait, value, caplog):
    expected = getattr(PrimeHub(), trait)
    assert getattr(PrimeHub(config=Config({"PrimeHub": {trait: value}})), trait) == expected
    assert f"PrimeHub.{trait}" in caplog.text
    assert len(str(value)) < 10 or str(value) not in caplog.text  # it may hold a password


@pytest.mark.parametrize(
    ("trait", "value"), [(trait, value) for trait, value in NONSENSE if trait in VARIABLES and "\0" not in str(value)]
)
def test_nonsense_in_the_environment_is_no_better(trait, value, monkeypatch, caplog):
    expected = getattr(PrimeHub(), trait)
    monkeypatch.setenv(VARIABLES[trait][0], str(value))
    assert getattr(PrimeHub(), trait) == expected
    assert f"PrimeHub.{trait}" in caplog.text


@pytest.mark.parametrize("variable", ["PRIMEHUB_REQUEST_TIMEOUT", "PRIMEHUB_SETTLE_TIMEOUT"])
def test_a_variable_that_is_no_number_is_told_and_not_used(variable, monkeypatch, caplog):
    trait = variable[len("PRIMEHUB_") :].lower()
    monkeypatch.setenv(variable, "soon")
    assert getattr(PrimeHub(), trait) == VARIABLES[trait][2]
    assert variable in caplog.text


@pytest.mark.parametrize("trait", ["settle_timeout", "snapshot_max_age", "resources_max_age"])
def test_zero_where_it_means_something(trait):
    assert getattr(PrimeHub(**{trait: 0.0}), trait) == 0


def test_every_trait_says_what_it_is():
    for name, trait in PrimeHub.class_own_traits(config=True).items():
        assert len(trait.help) > 20, name
