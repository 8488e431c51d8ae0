"""The API token: taken in every form people paste it, checked with a real PrimeHub, kept where nobody else can read."""

from __future__ import annotations

import json
import os
import stat
import time
from pathlib import Path

import pytest

from primehub_nbext.config import PrimeHub
from primehub_nbext.errors import InvalidField
from primehub_nbext.primehub import credentials as credentials_module
from primehub_nbext.primehub.client import Client
from primehub_nbext.primehub.credentials import Credentials, Token, read_token
from primehub_nbext.primehub.errors import TokenNotStored, TokenRejected, TokenRequired, Trouble

FORMS = [
    ("abc.def-123", "abc.def-123"),
    ("  abc.def\n", "abc.def"),
    ("\r\n\tabc\r\n", "abc"),
    ('{"endpoint": "http://h/api", "api-token": "abc"}', "abc"),
    ('\n{"api-token": " abc ",\n "group": null}\n', "abc"),
    ("x" * 16384, "x" * 16384),
]
NO_TOKENS = [
    None, 5, ["abc"], "", "  \n", "two words", "Bearer abc", "abc\ndef", "tökén", "abc\0", "abc\x7f", "x" * 16385,
    "{", "{}", '{"api-token": ""}', '{"api-token": 5}', '{"api-token": "two words"}', '{"token": "abc"}', "{" * 100_000,
    "\ud800",
]  # fmt: skip


@pytest.mark.parametrize(("text", "token"), FORMS, ids=[repr(text)[:40] for text, _ in FORMS])
def test_forms_of_a_token(text, token):
    assert read_token(text) == token


@pytest.mark.parametrize("text", NO_TOKENS, ids=lambda text: ascii(text)[:30])
def test_not_a_token(text):
    with pytest.raises(InvalidField) as refusal:
        read_token(text)
    assert refusal.value.field == "token"
    said = json.dumps(refusal.value.to_dict())
    assert "abc" not in said and "words" not in said


def test_a_token_is_not_shown():
    token = Token("very-secret", "prompt", "alice")
    assert "very-secret" not in f"{token!r} {token} {[token]}"


class Person:
    """Somebody with a notebook server: a home of their own, and the sandbox as PrimeHub."""

    def __init__(self, sandbox, home: Path, **settings):
        self.sandbox = sandbox
        self.file = home / "data" / "primehub" / "token.json"
        self.sdk_file = home / ".primehub" / "config.json"
        given = {
            "api_endpoint": sandbox.endpoint,
            "token_file": str(self.file),
            "sdk_config_file": str(self.sdk_file),
            "home_dir": str(home),
            "group_volume_path": "",
            "group_name": "my_group",
        }
        self.config = PrimeHub(**{**given, **settings})

    @property
    def credentials(self) -> Credentials:
        """As after a restart of the server: nothing but the files is known."""
        return Credentials(self.config, Client(self.config, self.config.api_endpoint))

    def write_sdk_file(self, token: str) -> None:
        self.sdk_file.parent.mkdir(exist_ok=True)
        self.sdk_file.write_text(json.dumps({"endpoint": self.sandbox.endpoint, "api-token": token}))


@pytest.fixture
def person(sandbox, tmp_path, monkeypatch):
    monkeypatch.delenv("PRIMEHUB_API_TOKEN", raising=False)
    return Person(sandbox, tmp_path)


def source(person: Person) -> tuple:
    token = person.credentials.current()
    return (token.source, token.text) if token else (None, None)


def test_no_token(person):
    assert person.credentials.current() is None
    assert person.credentials.describe(ask=True) == {
        "configured": False,
        "source": None,
        "user": None,
        "problem": None,
    }
    with pytest.raises(TokenRequired):
        person.credentials.require()


def test_a_kept_token_is_checked_and_remembered(person, sandbox):
    person.credentials.save(f"  {sandbox.token}\n")
    described = person.credentials.describe()
    assert (described["configured"], described["source"], described["problem"]) == (True, "prompt", None)
    assert described["user"] and described == person.credentials.describe(ask=True)
    assert person.credentials.require() == sandbox.token
    assert sandbox.token not in json.dumps(described)


def test_the_sdk_file_pasted_whole(person, sandbox):
    person.credentials.save(json.dumps({"endpoint": "http://elsewhere/api", "api-token": sandbox.token}))
    assert source(person) == ("prompt", sandbox.token)


@pytest.mark.parametrize("umask", [0, 0o077])
def test_only_its_owner_can_read_a_kept_token(person, sandbox, umask):
    before = os.umask(umask)
    try:
        person.credentials.save(sandbox.token)
        person.credentials.save(sandbox.token)
    finally:
        os.umask(before)
    assert stat.S_IMODE(person.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(person.file.parent.stat().st_mode) & 0o077 == 0
    assert os.listdir(person.file.parent) == ["token.json"]


def test_a_rejected_token_is_not_kept_and_replaces_none(person, sandbox):
    with pytest.raises(TokenRejected) as refusal:
        person.credentials.save("wrong-token")
    assert refusal.value.field == "token" and "wrong-token" not in json.dumps(refusal.value.to_dict())
    assert source(person) == (None, None)
    person.credentials.save(sandbox.token)
    with pytest.raises(TokenRejected):
        person.credentials.save("wrong-token")
    assert source(person) == ("prompt", sandbox.token)


def test_the_first_source_wins_and_forgetting_falls_back(person, sandbox, monkeypatch):
    person.write_sdk_file("from-sdk-file")
    assert source(person) == ("sdk_file", "from-sdk-file")
    monkeypatch.setenv("PRIMEHUB_API_TOKEN", " from-environment ")
    assert source(person) == ("environment", "from-environment")
    person.credentials.save(sandbox.token)
    assert source(person) == ("prompt", sandbox.token)
    person.credentials.forget()
    assert source(person) == ("environment", "from-environment")
    assert not person.file.exists()
    person.credentials.forget()
    monkeypatch.delenv("PRIMEHUB_API_TOKEN")
    assert source(person) == ("sdk_file", "from-sdk-file")


@pytest.mark.parametrize("unusable", ["", "  ", "two words", "tökén"])
def test_an_unusable_token_of_the_environment_is_passed_over(person, monkeypatch, unusable):
    person.write_sdk_file("from-sdk-file")
    monkeypatch.setenv("PRIMEHUB_API_TOKEN", unusable)
    assert source(person) == ("sdk_file", "from-sdk-file")


def test_a_revoked_token_is_told(person, monkeypatch):
    monkeypatch.setenv("PRIMEHUB_API_TOKEN", "revoked")
    described = person.credentials.describe(ask=True)
    assert (described["configured"], described["source"], described["user"]) == (True, "environment", None)
    assert described["problem"]["code"] == "token_rejected"
    assert "revoked" not in json.dumps({**described["problem"], "hint": ""})


def test_a_token_is_used_only_with_the_primehub_that_accepted_it(person, sandbox, tmp_path):
    person.credentials.save(sandbox.token)
    elsewhere = Person(sandbox, tmp_path, api_endpoint="http://other.example/api/graphql")
    assert source(elsewhere) == (None, None)
    assert source(person) == ("prompt", sandbox.token)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"null", b"[]", b"{}", b"\xff", b'{"endpoint": 5}', b"[" * 100_000, b"token", b"deep"]
)
def test_a_damaged_file_is_as_none(person, content):
    person.file.parent.mkdir(parents=True)
    endpoint = person.sandbox.endpoint
    content = {b"token": json.dumps({"endpoint": endpoint, "token": 5}).encode()}.get(content, content)
    content = {b"deep": json.dumps({"endpoint": endpoint, "token": ["x"]}).encode()}.get(content, content)
    person.file.write_bytes(content)
    assert source(person) == (None, None)


@pytest.mark.parametrize("where", ["my-group", "my-group/deeper", "link"])
def test_never_kept_on_the_group_volume(person, sandbox, tmp_path, where):
    (tmp_path / "my-group").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "my-group")
    shared = Person(sandbox, tmp_path, token_file=str(tmp_path / where / "token.json"))
    with pytest.raises(TokenNotStored) as refusal:
        shared.credentials.save(sandbox.token)
    assert refusal.value.code == "token_not_stored"
    assert [path for path in (tmp_path / "my-group").rglob("*") if path.is_file()] == []


def test_not_on_a_volume_mounted_elsewhere_either(sandbox, tmp_path):
    volume = tmp_path / "mnt"
    volume.mkdir()
    shared = Person(sandbox, tmp_path, token_file=str(volume / "token.json"), group_volume_path=str(volume))
    with pytest.raises(TokenNotStored):
        shared.credentials.save(sandbox.token)
    assert os.listdir(volume) == []


def test_a_look_alike_of_the_volume_is_private(sandbox, tmp_path):
    (tmp_path / "my-group").mkdir()
    private = Person(sandbox, tmp_path, token_file=str(tmp_path / "my-group-old" / "token.json"))
    private.credentials.save(sandbox.token)
    assert source(private) == ("prompt", sandbox.token)


def test_nowhere_to_keep_it(sandbox, tmp_path):
    (tmp_path / "file").write_text("")
    nowhere = Person(sandbox, tmp_path, token_file=str(tmp_path / "file" / "token.json"))
    with pytest.raises(TokenNotStored):
        nowhere.credentials.save(sandbox.token)
    (tmp_path / "folder" / "x").mkdir(parents=True)
    taken = Person(sandbox, tmp_path, token_file=str(tmp_path / "folder"))
    with pytest.raises(TokenNotStored):
        taken.credentials.save(sandbox.token)
    with pytest.raises(TokenNotStored):
        taken.credentials.forget()
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]


def test_the_token_stays_out_of_the_log(person, sandbox, caplog):
    caplog.set_level("DEBUG")
    person.credentials.save(sandbox.token)
    person.credentials.describe(ask=True)
    with pytest.raises(TokenRejected):
        person.credentials.save("wrong-token-123")
    assert sandbox.token not in caplog.text and "wrong-token-123" not in caplog.text


@pytest.mark.alone
def test_a_token_that_is_good_by_now_is_not_refused_by_memory(person, monkeypatch):
    """PrimeHub repeats a refusal for a while; whoever presses Save again at once is asked for when that is over."""
    monkeypatch.setattr(credentials_module, "REFUSAL_KEPT", 0.6)
    mine, refused_at = person.credentials, []

    def execute(_document, _variables, token, **_options):
        if not refused_at:
            refused_at.append(time.monotonic())
        if time.monotonic() - refused_at[0] < 0.5:
            raise TokenRejected()
        return {"me": {"id": "1", "username": "alice"}}

    monkeypatch.setattr(mine.client, "execute", execute)
    with pytest.raises(TokenRejected) as caught:
        mine.save("a-token")
    assert "5 seconds" in caught.value.hint
    mine.save("a-token")
    assert source(person) == ("prompt", "a-token")


def test_another_token_does_not_wait_for_the_memory_of_one(person, sandbox, monkeypatch):
    monkeypatch.setattr(credentials_module, "REFUSAL_KEPT", 3600.0)
    mine = person.credentials
    with pytest.raises(TokenRejected):
        mine.save("no-such-token")
    mine.save(sandbox.token)
    assert source(person) == ("prompt", sandbox.token)


def test_an_accepted_token_of_nobody_is_trouble_and_not_kept(person, monkeypatch):
    """Keycloak failed after the token had been accepted: `me` is null, without an error."""
    mine = person.credentials
    monkeypatch.setattr(mine.client, "execute", lambda *_args, **_options: {"me": None})
    with pytest.raises(Trouble):
        mine.save("a-token")
    assert source(person) == (None, None)
