"""Where a kernel's interpreter finds modules: a real one is asked, in a home and on a volume of the test's own."""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path

import pytest

from primehub_nbext.preflight import find_modules
from primehub_nbext.preflight.interpreter import Interpreters, Module, Python, Question

ARGV = ["python3", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
# In a virtual environment there is no user's site; Python 3.9's may call itself its own base.
BASE = os.path.realpath(getattr(sys, "_base_executable", sys.executable))


@pytest.mark.parametrize(
    ("kernelspec", "command"),
    [
        ({"argv": ARGV, "env": {}}, (sys.executable,)),
        ({"argv": [f"python{sys.version_info[0]}.{sys.version_info[1]}", *ARGV[1:]]}, (sys.executable,)),
        ({"argv": [sys.executable, "-Xfrozen_modules=off", *ARGV[1:]]}, (sys.executable, "-Xfrozen_modules=off")),
        ({"argv": [sys.executable, "-m", "ipykernel", "-f", "x"]}, (sys.executable,)),
        ({"argv": ["/nowhere/python", *ARGV[1:]]}, None),
        ({"argv": ["bash", "-c", "conda run python -m ipykernel_launcher"]}, None),
        ({"argv": ["python", "-m", "nb_conda_kernels.runner", "/opt/conda", "x"]}, None),
        ({"argv": ["R", "--slave", "-e", "IRkernel::main()"]}, None),
        ({"argv": ["env", "A=1", *ARGV]}, None),
        ({"argv": ARGV, "env": {"PYTHONPATH": "${HOME}/lib"}}, None),
        ({"argv": None}, None),
        ({"argv": [1]}, None),
        ({}, None),
        (None, None),
    ],
)
def test_which_interpreter_a_kernel_has(kernelspec, command):
    python = Python.of(kernelspec)
    assert (python and python.command) == command


@pytest.fixture
def places(tmp_path, monkeypatch):
    """A home folder with packages of the person's own, and a volume in it."""
    volume = tmp_path / "home" / "phusers"
    (volume / "experiment").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PYTHONPATH", raising=False)
    return volume


def package(folder: Path, name: str, **about: str) -> None:
    """A package that writes a file beside it when it is imported, as installed by pip."""
    (folder / name).mkdir(parents=True)
    (folder / name / "__init__.py").write_text("open(__file__ + '.ran', 'w').close()")
    project = name.title().replace("/", "-")
    information = folder / f"{project}-1.2.dist-info"
    information.mkdir()
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project}\nVersion: 1.2\n")
    (information / "RECORD").write_text(f"{name}/__init__.py,,\n{information.name}/METADATA,,\n")
    for file, text in about.items():
        (information / file.replace("_json", ".json")).write_text(text)


def find(volume: Path, *names: str, python: Python | None = None, first: tuple[str, ...] = (), **options):
    folders = first or (str(volume / "experiment"),)
    question = Question(python or Python((BASE,)), names, folders, str(volume.parent), str(volume))
    return Interpreters(**options).find(question)


def test_the_users_own_site_is_in_the_home_folder(places, tmp_path):
    site = tmp_path / "home" / ".local" / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    package(site, "einopz")
    package(site, "checkout", direct_url_json=json.dumps({"url": "file:///home/jovyan/checkout"}))
    (site / "loose.py").write_text("")
    assert find(places, "einopz", "checkout", "loose", "json", "sys", "no_such_module") == {
        "einopz": Module("home", "Einopz==1.2"),
        "checkout": Module("home"),
        "loose": Module("home"),
        "json": Module("image"),
        "sys": Module("image"),
        "no_such_module": Module(""),
    }
    assert list(tmp_path.rglob("*.ran")) == [], "something was imported"


def test_modules_beside_the_notebook_are_in_the_job_and_are_not_run(places):
    """Not even where they are called as Python's own, which the interpreter needs to answer."""
    for name in ("helper", "json", "os"):
        (places / "experiment" / f"{name}.py").write_text("open(__file__ + '.ran', 'w').close()")
    (places / "experiment" / "plain_folder").mkdir()
    found = find(places, "helper", "plain_folder", "json")
    assert found == dict.fromkeys(("helper", "plain_folder", "json"), Module("volume"))
    assert list(places.rglob("*.ran")) == []


def test_a_link_from_the_home_folder_to_the_volume_is_the_volumes(places, tmp_path):
    package(tmp_path / "project" / "lib", "shared")
    (tmp_path / "home" / "group").symlink_to(tmp_path / "project")
    python = Python((BASE,), (("PYTHONPATH", str(tmp_path / "home" / "group" / "lib")),))
    question = Question(python, ("shared",), (), str(tmp_path / "home"), str(tmp_path / "home" / "group"))
    assert Interpreters().find(question) == {"shared": Module("volume")}


def test_namespaces_are_looked_into(places, tmp_path):
    """`google` being there says nothing of `google.colab`; of a package with code only it knows what is in it."""
    lib = tmp_path / "lib"
    (lib / "google" / "protobuf").mkdir(parents=True)
    (lib / "google" / "protobuf" / "__init__.py").write_text("")
    (lib / "google" / "cloud" / "storage").mkdir(parents=True)
    (lib / "google" / "cloud" / "storage" / "__init__.py").write_text("")
    python = Python((BASE,), (("PYTHONPATH", str(lib)),))
    inner = ("protobuf", "colab", "protobuf.lazy", "cloud.storage", "cloud.x")
    assert find(places, "google", *(f"google.{each}" for each in inner), python=python) == {
        "google": Module("image"),
        "google.cloud.storage": Module("image"),
        "google.cloud.x": Module(""),
        "google.protobuf": Module("image"),
        "google.colab": Module(""),
        "google.protobuf.lazy": Module("image"),
    }


def test_of_a_namespace_each_part_has_its_own_distribution(places, tmp_path):
    site = tmp_path / "home" / "lib"
    for name in ("auth", "cloud/storage"):
        package(site, f"google/{name}")
    python = Python((BASE,), (("PYTHONPATH", str(site)),))
    assert find(places, "google.cloud.storage", "google.auth", "google.cloud.vision", python=python) == {
        "google.cloud.storage": Module("home", "Google-Cloud-Storage==1.2"),
        "google.auth": Module("home", "Google-Auth==1.2"),
        "google.cloud.vision": Module(""),
    }


def test_it_hears_no_secret(places, tmp_path, monkeypatch):
    for name in ("PRIMEHUB_API_TOKEN", "JUPYTERHUB_API_TOKEN", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "hunter2")
    (tmp_path / "sitecustomize.py").write_text(
        f"import os\nopen({str(tmp_path / 'seen')!r}, 'w').write(repr(dict(os.environ)))\nprint('noise')"
    )
    python = Python((BASE,), (("PYTHONPATH", str(tmp_path)),))
    assert find(places, "json", python=python) == {"json": Module("image")}
    assert "hunter2" not in (tmp_path / "seen").read_text()


@pytest.mark.parametrize(
    "program", ["import time; time.sleep(600)", "import os; os._exit(0)", "print('[]'); raise SystemExit"]
)
def test_without_an_answer_nothing_is_said(places, tmp_path, program):
    (tmp_path / "sitecustomize.py").write_text(program)
    python = Python((BASE,), (("PYTHONPATH", str(tmp_path)),))
    assert find(places, "json", python=python, seconds=0.5) is None


def test_it_is_asked_once_for_many_looks(places):
    interpreters = Interpreters()
    question = Question(Python((BASE,)), ("json",), (), str(places.parent), str(places))
    looks = [threading.Thread(target=interpreters.find, args=(question,)) for _ in range(2)]
    for look in looks:
        look.start()
    for look in looks:
        look.join()
    asked = interpreters.asked
    assert all(interpreters.find(question) == {"json": Module("image")} for _ in range(20))
    assert interpreters.asked == asked <= 2
    assert interpreters.find(Question(Python((BASE,)), (), (), "/h", "/h/v")) == {}
    assert interpreters.asked == asked, "nothing to ask"


def test_a_failure_is_remembered_too():
    """Or each key typed would wait for an interpreter that hangs."""
    interpreters = Interpreters()
    question = Question(Python(("/bin/false",)), ("json",), (), "/h", "/h/v")
    assert [interpreters.find(question) for _ in range(3)] == [None] * 3
    assert interpreters.asked == 1


def test_the_program_finds_what_another_finder_has(monkeypatch, tmp_path):
    """Those of editable installs, which are on no path."""

    class Finder:
        @staticmethod
        def find_spec(name, path):
            del path
            place = os.path.join(str(tmp_path), "edited", "__init__.py")
            return find_modules.ModuleSpec(name, None, origin=place) if name == "edited_package" else None

    monkeypatch.setattr(sys, "meta_path", [Finder(), *sys.meta_path])
    home = os.path.realpath(str(tmp_path))
    places = {"of another": lambda path: find_modules.place_of(path, "/no/home", "/no/volume")}
    assert find_modules.find("edited_package", [], [], places["of another"]) == ["image", None]
    in_home = find_modules.find("edited_package", [], [], lambda path: find_modules.place_of(path, home, "/no/volume"))
    assert in_home == ["home", None]
