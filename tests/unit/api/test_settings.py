"""Settings: a terminal beside a notebook server finds what the server does."""

from __future__ import annotations

import json
import ssl

import pytest
import trustme

from kit.misbehaving import MisbehavingPrimeHub
from primehub_nbext.api import Session, doctor
from primehub_nbext.api.hosts import examine_hosts
from primehub_nbext.api.settings import read_settings


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A person's own configuration folder, and no other."""
    for name in ("JUPYTER_CONFIG_PATH", "PRIMEHUB_API_ENDPOINT", "GROUP_ID", "GROUP_NAME", "PRIMEHUB_API_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "config").mkdir()
    return tmp_path / "config"


@pytest.mark.parametrize("name", ["jupyter_notebook_config", "jupyter_server_config", "jupyter_config"])
def test_configuration_files_count(folder, name):
    (folder / f"{name}.py").write_text("c.PrimeHub.group_name = 'phusers'\nprint('noise')")
    (folder / f"{name}.json").write_text('{"PrimeHub": {"group_id": "g-1"}}')
    config = Session().context.config
    assert (config.group_name, config.group_id) == ("phusers", "g-1")


def test_what_is_given_goes_first_then_files_then_the_environment(folder, monkeypatch):
    monkeypatch.setenv("GROUP_NAME", "environment")
    assert Session().context.config.group_name == "environment"
    (folder / "jupyter_server_config.py").write_text("c.PrimeHub.group_name = 'file'")
    assert Session().context.config.group_name == "file"
    assert Session(group_name="given").context.config.group_name == "given"


def test_files_of_the_current_folder_are_anybodys(folder, tmp_path, monkeypatch):
    (tmp_path / "jupyter_notebook_config.py").write_text("raise SystemExit('run')")
    monkeypatch.chdir(tmp_path)
    assert read_settings().by_file == {}


def test_a_broken_file_is_told_of_and_stops_nothing(folder, capsys):
    (folder / "jupyter_notebook_config.py").write_text("print('noise'); 1/0")
    (folder / "jupyter_server_config.py").write_text("c.PrimeHub.group_name = 'phusers'")
    session = Session()
    assert session.context.config.group_name == "phusers"
    assert session.settings.broken == [str(folder / "jupyter_notebook_config.py")]
    assert capsys.readouterr().out == "", "standard output is for the answer"


def test_the_doctor_tells_of_files_that_disagree(folder):
    (folder / "jupyter_notebook_config.py").write_text("c.PrimeHub.group_name = 'a'\nc.PrimeHub.group_id = 'same'")
    (folder / "jupyter_server_config.py").write_text("c.PrimeHub.group_name = 'b'\nc.PrimeHub.group_id = 'same'")
    [line] = [each for each in doctor(session=Session())["lines"] if each["code"] == "settings" and each["ok"] is False]
    assert line["message"].startswith("PrimeHub.group_name is set twice, differently")


def test_a_half_that_is_switched_off_is_told_with_the_file(folder):
    def halves():
        return {each["code"]: each for each in examine_hosts(read_settings().by_file)}

    assert {line["ok"] for line in halves().values()} == {True}
    off = folder / "nbconfig" / "notebook.json"
    off.parent.mkdir()
    off.write_text(json.dumps({"load_extensions": {"primehub_nbext/main": False}}))
    (folder / "jupyter_server_config.json").write_text(
        '{"ServerApp": {"jpserver_extensions": {"primehub_nbext": false}}}'
    )
    found = halves()
    assert (found["browser_half"]["ok"], found["server_half_jupyter_server"]["ok"]) == (False, False)
    assert str(off) in found["browser_half"]["message"]
    assert "enable --user primehub_nbext/main" in found["browser_half"]["hint"], "elsewhere it would change nothing"
    assert str(folder / "jupyter_server_config.json") in found["server_half_jupyter_server"]["message"]
    assert "server extension enable --user primehub_nbext" in found["server_half_jupyter_server"]["hint"]
    (folder / "jupyter_server_config.json").unlink()  # which goes before the other
    (folder / "jupyter_server_config.py").write_text("c.ServerApp.jpserver_extensions = {'primehub_nbext': False}")
    assert halves()["server_half_jupyter_server"]["hint"].startswith("Correct that file.")


def test_the_doctor_without_anything_says_what_to_do(folder, primehub):
    report = doctor(session=Session(api_endpoint=primehub.endpoint, home_dir=str(folder)))
    lines = {each["code"]: each for each in report["lines"]}
    assert report["ok"] is False
    assert lines["endpoint"]["ok"] is True, "it answers, if only to refuse"
    assert (lines["token"]["ok"], lines["token"]["cause"]) == (False, "token_required")
    assert (lines["volume"]["ok"], lines["volume"]["cause"]) == (False, "group_required")
    assert all(line["hint"] for line in report["lines"] if line["ok"] is False)
    assert str(primehub.token) not in str(report)


def test_the_doctor_tells_an_address_where_nobody_listens(folder, primehub):
    primehub.stop_listening()
    lines = {each["code"]: each for each in doctor(session=Session(api_endpoint=primehub.endpoint))["lines"]}
    assert (lines["endpoint"]["ok"], lines["endpoint"]["cause"]) == (False, "primehub_unreachable")
    assert lines["token"]["ok"] is None


def test_the_doctor_tells_whether_the_certificate_is_good(folder, tmp_path):
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with MisbehavingPrimeHub(context) as secure:

        def endpoint(**settings):
            lines = doctor(session=Session(api_endpoint=secure.endpoint, **settings))["lines"]
            return next(line for line in lines if line["code"] == "endpoint")

        unknown = endpoint()
        assert (unknown["ok"], unknown["cause"]) == (False, "primehub_tls_error")
        assert "PrimeHub.ca_bundle" in unknown["hint"]
        known = endpoint(ca_bundle=str(tmp_path / "ca.pem"))
        assert known["ok"] is True
        assert known["message"].endswith("and its certificate is good.")
