"""Which modules a notebook cannot do without, and what is said of those that a job would not find."""

from __future__ import annotations

import pytest

from kit.subjects import subject_of
from primehub_nbext.preflight.distributions import distribution_of
from primehub_nbext.preflight.imports import find_imports, required_imports
from primehub_nbext.preflight.installs import is_harmless
from primehub_nbext.preflight.interpreter import Module

IMAGE, HOME, NOWHERE = Module("image"), Module("home", "einops==0.7.0"), Module("")


@pytest.mark.parametrize(
    ("sources", "names"),
    [
        (["import a.b.c as d, e\nfrom f.g import h"], ["a", "e", "f"]),
        (["%%time\nimport a"], ["a"]),
        (["with open('x') as f:\n    import a"], ["a"]),
        (["from google.cloud import storage\nfrom google import protobuf\nimport google.auth"],
         ["google.cloud.storage", "google.protobuf", "google.auth"]),
        (["from google.cloud import *\nfrom azure.storage.blob import BlobClient"], ["azure.storage.blob"]),
        (["import a.pyplot as plt"], ["a"]),
        (["!nvidia-smi\n!ls -l\n%matplotlib inline", "import a"], ["a"]),
        (["import a", "!pip install b", "import c"], ["a"]),
        (["!pip list\n%pip show x", "import a"], ["a"]),
        (["# !pip install a\nimport a"], ["a"]),
        (["import a", "!mkdir -p out", "print('ok')"], ["a"]),
        (["%load_ext autoreload\n%autoreload 2\n%load_ext tensorboard", "import a"], ["a"]),
        (["import sys\nprint(sys.path, sys.modules['a'])\nsystem.path = 1\nimport b"], ["b"]),
        # What may never happen, or is made good for.
        (["try:\n    import a\nexcept ImportError:\n    a = None"], []),
        (["if TYPE_CHECKING:\n    import a\nelse:\n    import b"], []),
        (["def f():\n    import a"], []),
        (["class A:\n    import a"], []),
        (["import contextlib\nwith contextlib.suppress(ImportError):\n    import a"], ["contextlib"]),
        (["from . import a\nfrom .b import c"], []),
        (["from __future__ import annotations\nimport sys"], []),
        (["%%writefile helper.py\nx = 1", "import helper"], []),
        (["with open('helper.py', 'w') as f:\n    f.write('')", "import helper"], []),
        # What comes with these cannot be told.
        (["!pip install a", "import b"], []),
        (["%pip install -r requirements.txt", "import b"], []),
        (["%conda install a", "import b"], []),
        (["!mamba install -y a", "import b"], []),
        (["pip install a", "import b"], []),
        (["%%bash\npip install a", "import b"], []),
        (["!git clone https://x/y && cd y", "import b"], []),
        (["!python setup.py install", "import b"], []),
        (["import subprocess, sys\nsubprocess.check_call([sys.executable, '-m', 'pip', 'install', 'a'])\nimport b"],
         ["subprocess"]),
        (["import os\nos.system('pip install a')\nimport b"], ["os"]),
        (["import sys\nsys.path.append('../src')", "import b"], []),
        (["import sys\nsys.path = ['x'] + sys.path", "import b"], []),
        (["import sys\nsys.path[0:0] = ['x']", "import b"], []),
        (["import sys\nfor each in ['x']:\n    sys.path += [each]\nimport b"], []),
        (["import sys as s\ndef find():\n    s.path[:0] = ['x']\nfind()", "import b"], []),
        (["import sys\nsys.meta_path.append(Finder())\nimport b"], []),
        (["import sys, a\nsys.modules['b'] = a\nimport b"], ["a"]),
        (["import findspark\nfindspark.init()\nimport pyspark"], ["findspark"]),
        (["import importnb\nwith importnb.Notebook():\n    import b"], ["importnb"]),
        (["import import_ipynb", "import b"], []),
        (["import jpype.imports", "from java.lang import System"], []),
        (["%load_ext a", "import b"], []),
        (["import os\nos.chdir('..')\nimport b"], ["os"]),
        (["%cd ..", "import b"], []),
        (["%run setup.ipynb", "import b"], []),
        (["this is no Python", "import b"], []),
    ],
)  # fmt: skip
def test_what_a_notebook_cannot_do_without(sources, names):
    assert list(required_imports(subject_of(*sources).script)) == names


def test_a_cell_that_may_fail_needs_nothing():
    assert list(required_imports(subject_of("import a", tags={0: ["raises-exception"]}).script)) == []


def test_more_than_anybody_writes_is_not_looked_at():
    assert required_imports(subject_of("\n".join(f"import m{number}" for number in range(1000))).script) == {}
    assert not is_harmless("ls " * 1000)


def test_another_language_is_not_asked():
    assert list(required_imports(subject_of("import a", language="julia").script)) == []


def found(modules: dict, *sources: str, same_image: bool | None = True) -> list[dict]:
    subject = subject_of(*(sources or ("# Title", "import numpy\nimport einops, cv2, yaml")), same_image=same_image)
    subject.modules.update(modules)
    return find_imports(subject)


def test_modules_of_the_home_folder_are_installed_as_they_are_there():
    [home] = found({"numpy": IMAGE, "einops": HOME, "cv2": IMAGE, "yaml": IMAGE})
    assert (home["severity"], home["code"], home["cell"], home["line"]) == ("warning", "module_in_home", 1, 2)
    assert "`einops`" in home["message"] and "`numpy`" not in home["message"]
    assert home["fix"]["edits"] == [{"cell": 0, "insert": "%pip install einops==0.7.0"}]


def test_modules_that_are_nowhere_are_installed_by_the_name_of_their_distribution():
    [nowhere] = found({"numpy": IMAGE, "einops": NOWHERE, "cv2": NOWHERE, "yaml": NOWHERE})
    assert (nowhere["code"], nowhere["values"]) == ("module_missing", {"modules": "`einops`, `cv2`, `yaml`"})
    assert nowhere["fix"]["edits"] == [{"cell": 0, "insert": "%pip install einops opencv-python-headless PyYAML"}]


def test_one_cell_installs_what_is_in_the_home_folder_and_what_is_nowhere():
    """Below it nothing more would be told."""
    both = found({"numpy": IMAGE, "einops": HOME, "cv2": NOWHERE, "yaml": IMAGE})
    assert [each["code"] for each in both] == ["module_in_home", "module_missing"]
    inserts = [each["fix"]["edits"] for each in both]
    assert inserts == [[{"cell": 0, "insert": "%pip install einops==0.7.0 opencv-python-headless"}]] * 2
    home, nowhere = found({"einops": HOME, "utils": NOWHERE}, "import einops, utils")
    assert home["fix"]["edits"] == [{"cell": 0, "insert": "%pip install einops==0.7.0"}]
    assert nowhere["fix"] is None


def test_what_is_in_colab_only_is_told_once():
    assert found({"google.colab": NOWHERE}, "from google.colab import drive") == []  # machine.py tells of it
    assert found({"google.cloud.storage": NOWHERE}, "from google.cloud import storage")


def test_what_pip_cannot_get_has_no_fix():
    [home] = found({"einops": Module("home")})
    assert home["fix"] is None
    [nowhere] = found({"utils": NOWHERE}, "import utils")
    assert (nowhere["code"], nowhere["fix"]) == ("module_missing", None)


def test_what_a_shell_would_read_otherwise_is_quoted():
    [nowhere] = found({"pkg_resources": NOWHERE}, "import pkg_resources")
    assert nowhere["fix"]["edits"][0]["insert"] == "%pip install 'setuptools<81'"  # newer ones have it no more


def test_many_are_counted():
    names = [f"m{number}" for number in range(9)]
    [nowhere] = found(dict.fromkeys(names, NOWHERE), "\n".join(f"import {name}" for name in names))
    assert nowhere["message"].endswith("`m5` and 3 more.")
    assert nowhere["fix"]["edits"][0]["insert"] == "%pip install " + " ".join(names)


def test_what_is_here_says_little_of_another_image():
    modules = {"einops": NOWHERE}
    assert found(modules, same_image=False) == []
    assert [each["severity"] for each in found(modules, same_image=None)] == ["note"]
    assert found({"einops": Module("volume"), "numpy": IMAGE}) == []
    assert found({}) == []


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("sklearn", "scikit-learn"), ("PIL", "Pillow"), ("bs4", "beautifulsoup4"), ("skimage", "scikit-image"),
        ("einops", "einops"), ("utils", None), ("urllib2", None), ("google.colab", None), ("azure.foo", None),
        ("google.cloud.storage", "google-cloud-storage"), ("google.protobuf", "protobuf"), ("snowflake.ml", None),
        ("snowflake.connector", "snowflake-connector-python"), ("mysql", "mysql-connector-python"),
        ("websocket", "websocket-client"), ("tkinter", None), ("cupy", None), ("en_core_web_sm", None),
    ],
)  # fmt: skip
def test_what_pip_calls_a_module(module, name):
    assert distribution_of(module) == name


@pytest.mark.parametrize(
    ("command", "harmless"),
    [
        ("ls -l", True), ("nvidia-smi", True), ("python --version", True), ("pip list", True), ("", True),
        ("pip install x", False), ("ls; pip install x", False), ("ls && ./setup.sh", False), ("cat 'a", False),
        ("python prepare.py", False), ("wget https://x/y.py", False), ("echo $(pip install x)", False),
    ],
)  # fmt: skip
def test_commands_that_leave_modules_as_they_are(command, harmless):
    assert is_harmless(command) is harmless
