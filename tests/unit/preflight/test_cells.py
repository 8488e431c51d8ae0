"""Cells that cannot run in a job, or not as in the editor: by their syntax, their tags, what they ask of it."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("x = (1,", 1),
        ("x = 1\nprint 'x'", 2),
        ("def f():\nreturn 1", 2),
        ("x = 1\nNotes: to be done", 2),
        ("x = 1\nreturn x", 2),
        ("if x:\n    break", 2),
        ("for i in x:\n    return i", 2),
        ("for i in x:\n    def f():\n        continue", 3),
        ("for i in x:\n    pass\nelse:\n    break", 4),
        ("def f():\n    class C:\n        return 1", 3),
        ("try:\n    pass\nexcept ValueError:\n    with x:\n        break", 5),
        ("!ls\nx ==", 2),
        ("def f():\n", 1),
        ("x = 1\nif x:\n    # to be done\n\n\n", 3),
    ],
)
def test_what_python_cannot_read(told, source, line):
    assert told("import os", source, codes={"syntax_error"}) == [("error", "syntax_error", 1, line)]


def test_what_python_asks_is_in_brackets(findings):
    [found] = findings("print 'x'")
    assert "call to 'print' (did you mean print(" in found["message"] and found["message"].endswith("?).")
    [found] = findings("x = (1,")
    assert "(1" not in found["message"] and found["message"].endswith(".")


@pytest.mark.parametrize(
    "source",
    [
        "%matplotlib inline\n!ls {x}\n?x\nx?\nfiles = !ls\n%unheard -of it",
        "%%unheard of\nthis is no Python",
        "%%bash\nif [ -d x ]; then ls; fi",
        "%%html\n<b>x</b>",
        "  x = 1\n  y = 2",
        " x = f(1,\n       2)\ny = 3",
        "await main()",
        "pip install x",
        "pycat $profile/ipython_config.py",
        "time x = 1",
        "sx ls | grep x",
        "def f():\n    return 1",
        "for i in x:\n    if i:\n        break\n    continue",
        "for i in x:\n    def f():\n        return i\n    break",
        "f = lambda: (yield)",
        "while x:\n    try:\n        break\n    finally:\n        pass",
        "match x:\n    case 1:\n        pass",
        "try:\n    pass\nexcept* ValueError:\n    pass",
        "type X = int",
        "def f[T](x: T): pass",
        "x = f'{a['b']}'",
        "x = t'{a}'",
        ">>> x = 1\n>>> x",
    ],
)
def test_what_some_python_can_read(told, source):
    assert told("import os", source, codes={"syntax_error"}) == []


def test_a_magic_without_its_sign_is_no_syntax_error(told):
    line = "watermark -a 'x' -v"
    assert told("%watermark", line, codes={"syntax_error"}) == []
    assert told("%load_ext a.watermark", line, codes={"syntax_error"}) == []
    assert told("%time x = 1", line, codes={"syntax_error"}) == [("error", "syntax_error", 1, 1)]
    assert told("%watermark", f"x = 1\n{line}", codes={"syntax_error"}) == [("error", "syntax_error", 1, 2)]


def test_another_language_is_not_read_as_python(told):
    assert told("x <- c(1, 2", "library(x)", language="R", codes={"syntax_error"}) == []


@pytest.mark.parametrize("kernel", ["python2", "conda-env-py27-py", "sagemath"])
def test_a_kernel_that_reads_otherwise(told, kernel):
    assert told("print 'x'", kernel=kernel) == []
    assert told("print 'x'", kernel="py310") == [("error", "syntax_error", 0, 1)]


@pytest.mark.parametrize(
    ("tag", "code", "adds"),
    [
        ("skip-execution", "tag_skips", None),
        ("skip", "tag_ignored", "skip-execution"),
        ("raises-exception", "tag_raises", None),
        ("parameters", None, None),
        ("hide-input", None, None),
        ("skipped-later", None, None),
    ],
)
def test_tags(findings, tag, code, adds):
    found = findings("x = 1", "y = 2", tags={1: ["x", tag]})
    assert [(each["code"], each["severity"], each["cell"]) for each in found] == ([(code, "note", 1)] if code else [])
    fixes = [each["fix"]["edits"] for each in found if each["fix"]]
    assert fixes == ([[{"cell": 1, "tag": adds}]] if adds else [])


@pytest.mark.parametrize("tag", ["skip-execution", "skip", "raises-exception"])
def test_a_tag_is_told_of_once(findings, tag):
    tags = {**{index: [tag] for index in range(1, 31)}, 31: ["noexec"]}
    found, other = findings(*["x = 1"] * 32, tags=tags)
    assert (found["cell"], found["values"]["count"], other["cell"]) == (1, 30, 31)
    assert "30 cells" in found["message"] and "this cell" in other["message"]
    if found["fix"]:
        assert found["fix"]["edits"] == [{"cell": index, "tag": "skip-execution"} for index in range(1, 31)]
        assert findings(*["x = 1"] * 32, tags={index: [*each, "skip-execution"] for index, each in tags.items()}) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("!sudo apt install x", ("note", "needs_root")),
        ("%%bash\nset -e\nsudo -E make install", ("note", "needs_root")),
        ("!apt-get -qq install x > /dev/null", ("note", "needs_root")),
        ("!dpkg -i x.deb", ("note", "needs_root")),
        ("!systemctl start x", ("note", "needs_root")),
        ("!useradd ann", ("note", "needs_root")),
        ("import os\nos.system('sudo apt-get install x')", ("note", "needs_root")),
        ("import subprocess\nsubprocess.run(['docker', 'build', '.'])", ("warning", "no_docker")),
        ("!docker run x", ("warning", "no_docker")),
        ("import docker\nclient = docker.from_env()", ("warning", "no_docker")),
        ("from google.colab import drive", ("warning", "colab_only")),
        ("import google.colab.files as files", ("warning", "colab_only")),
    ],
)
def test_what_a_container_does_not_have(told, source, expected):
    found = told(source, codes={"needs_root", "no_docker", "colab_only"})
    assert [each[:2] for each in found] == [expected]


@pytest.mark.parametrize("command", ["apt-get", "sudo make", "sudo ./aws/install", "/sbin/ldconfig"])
def test_a_command_is_told_as_it_was_typed(findings, command):
    [found] = [each for each in findings(f"!{command} install") if each["code"] == "needs_root"]
    assert found["values"]["command"] == command


@pytest.mark.parametrize(
    ("source", "asks"),
    [
        ("!sudo apt install x", True),
        ("%%capture\n!ls\n!sudo apt install x", True),
        ("!sudo -n apt install x", False),
        ("!apt install x", False),
        ("%%bash\nsudo apt install x", False),
        ("shown = !sudo apt install x", False),
    ],
)
def test_where_sudo_may_ask_for_a_password(findings, source, asks):
    [found] = findings(source)
    assert ("asks for a password" in found["hint"]) == asks


@pytest.mark.parametrize(
    "source",
    [
        "!apt list --installed",
        "!echo sudo",
        "!pip install docker",
        "import docker",
        "%%writefile setup.sh\nsudo apt install x",
        "!cat docker/Dockerfile",
        "try:\n    from google.colab import drive\nexcept ImportError:\n    drive = None",
        "import sys\nif 'google.colab' in sys.modules:\n    from google.colab import drive",
        "def mount():\n    from google.colab import drive",
        "import google.cloud.storage",
        "import sys\nif 'google.colab' in sys.modules:\n    !apt install x\n    !docker run x",
        "!dpkg -l | grep cuda\n!systemctl status x\n!ldconfig -p",
        "!command -v docker",
        "!if which docker; then docker ps; fi",
        "import docker\ntry:\n    docker.from_env()\nexcept Exception:\n    pass",
        "%%bash\ncat > Dockerfile <<EOF\nsudo apt install x\ndocker run x\nEOF",
        "import subprocess\nif root:\n    subprocess.run('sudo apt install x', shell=True)",
        "import os\nos.system('echo sudo')",
    ],
)
def test_what_a_container_may_have(told, source):
    assert told(source, codes={"needs_root", "no_docker", "colab_only"}) == []


def test_what_is_left_out_of_very_many_is_told(findings):
    found = findings(*["breakpoint()"] * 250, "input()")
    left = [each for each in found if each["code"] == "debugger_left"]
    assert (len(found), len(left), left[98]["message"].endswith("in a job.")) == (101, 100, True)
    assert left[99]["message"].endswith("in a job. (And 150 more like this.)")
    unsure = [f"if x:\n    print(undefined_{number})" for number in range(110)]
    found = findings("x = 1", *unsure, "print(surely_undefined)")
    assert len(found) == 100 and [each["line"] for each in found if each["severity"] == "error"] == [1]
