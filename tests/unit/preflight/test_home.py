"""The home folder, which a job has not, and paths that leave the group volume."""

from __future__ import annotations

import pytest

PANDAS = "import pandas as pd\n"


@pytest.mark.parametrize(
    ("source", "code", "line", "mended"),
    [
        (f"{PANDAS}pd.read_csv('~/x.csv')", "home_read", 2, f"{PANDAS}pd.read_csv('/home/jovyan/phusers/x.csv')"),
        ("open('/home/jovyan/data/x')", "home_read", 1, "open('/home/jovyan/phusers/data/x')"),
        ("import os\nopen(os.path.expanduser('~/.primehub/config.json'))", "home_read", 2, None),
        ("open('/root/.primehub/config.json')", "home_read", 1, None),
        ("import primehub\nprimehub.PrimeHubConfig()", "home_read", 2, None),
        ("from primehub import PrimeHubConfig as C\nC(config='~/.primehub/config.json')", "home_read", 2, None),
        ("%cd ~/project", "home_read", 1, "%cd /home/jovyan/phusers/project"),
        ("import os\nos.chdir('/home/jovyan/project')", "home_read", 2, None),
        ("!cp ~/x.csv .", "home_read", 1, "!cp /home/jovyan/phusers/x.csv ."),
        ("!cat $HOME/x.csv", "home_read", 1, "!cat /home/jovyan/phusers/x.csv"),
        ("%%bash\ncat $HOME/x.csv", "home_read", 2, "%%bash\ncat /home/jovyan/phusers/x.csv"),
        ("HOME = '/home/jovyan'\n!cat {HOME}/x.csv", "home_read", 2, None),
        ("from pathlib import Path\n(Path.home() / 'x').read_text()", "home_read", 2, None),
        ("import sys\nsys.path.append('/home/jovyan/lib')", "home_read", 2, None),
        ("import os\nopen(os.environ['HOME'] + '/x')", "home_read", 2, None),
        ("p = '/home/jovyan/x.csv'\nopen(p)", "home_read", 2, "p = '/home/jovyan/phusers/x.csv'\nopen(p)"),
        ("x = load_config('/home/jovyan/x.yaml')", "home_read", 1, "x = load_config('/home/jovyan/phusers/x.yaml')"),
        ("!python a.py --output_dir ~/x", "home_write", 1, "!python a.py --output_dir /home/jovyan/phusers/x"),
        ("df.to_csv('~/x.csv')", "home_write", 1, "df.to_csv('/home/jovyan/phusers/x.csv')"),
        ("model.save('/home/jovyan/models/m')", "home_write", 1, "model.save('/home/jovyan/phusers/models/m')"),
        ("!cp model.h5 ~/models/", "home_write", 1, "!cp model.h5 /home/jovyan/phusers/models/"),
        ("!unzip -q ~/x.zip -d data", "home_read", 1, "!unzip -q /home/jovyan/phusers/x.zip -d data"),
        ("!tar -xzf ~/x.tgz", "home_read", 1, "!tar -xzf /home/jovyan/phusers/x.tgz"),
        ("!python ~/train.py --epochs 3", "home_read", 1, "!python /home/jovyan/phusers/train.py --epochs 3"),
        ("%pip install -r ~/x.txt", "home_read", 1, "%pip install -r /home/jovyan/phusers/x.txt"),
        ("!pip install -e '/home/jovyan/x[all]'", "home_read", 1, "!pip install -e '/home/jovyan/phusers/x[all]'"),
        ("!grep -c a ~/x.txt", "home_read", 1, "!grep -c a /home/jovyan/phusers/x.txt"),
        ("%run ~/x.py", "home_read", 1, "%run /home/jovyan/phusers/x.py"),
        ("import glob\nglob.glob('/home/jovyan/d/*.csv')", "home_read", 2, None),
        ("from pathlib import Path\nlist(Path('/home/jovyan/d').rglob('*'))", "home_read", 2, None),
        ("import os\nopen(os.path.expandvars('$HOME/x'))", "home_read", 2, None),
        ("def f(p):\n    open(p)\nf('/home/jovyan/x')", "home_read", 2, None),
        ("!cp x.csv ~/", "home_write", 1, "!cp x.csv /home/jovyan/phusers/"),
        ("!tar czf ~/x.tgz out", "home_write", 1, "!tar czf /home/jovyan/phusers/x.tgz out"),
        ("%%writefile ~/x.py\npass", "home_write", 1, "%%writefile /home/jovyan/phusers/x.py\npass"),
        ("from pathlib import Path\n(Path.cwd().parent.parent / 'x').read_text()", "leaves_volume", 2, None),
        ("import os\nopen(os.path.join(os.pardir, os.pardir, 'x'))", "leaves_volume", 2, None),
        ("from pathlib import Path\n(Path().resolve().parents[1] / 'x').read_text()", "leaves_volume", 2, None),
        ("%run ../../x.ipynb", "leaves_volume", 1, None),
        ("open('../../x.csv')", "leaves_volume", 1, None),
        ("df.to_csv('../../../x.csv')", "leaves_volume", 1, None),
        ("%cd ..\nopen('../x')", "leaves_volume", 2, None),
        ("!cp ../../x .", "leaves_volume", 1, None),
        ("import os\nHERE = os.getcwd()\n!cd .. && cp {HERE}/../../x .", "leaves_volume", 3, None),
        ("import os\nos.chdir('../../project')", "leaves_volume", 2, None),
    ],
)
def test_not_in_a_job(notebooks, source, code, line, mended):
    assert notebooks.codes(source) == [(code, 0, line)]
    if mended:
        assert notebooks.mended(source) == [mended]


@pytest.mark.parametrize(
    "source",
    [
        "open('/home/jovyan/phusers/x')",
        "open('/project/phusers/x')",
        "open('/home/jovyan/datasets/d/x')\nopen('/datasets/d/x')\nopen('/home/jovyan/linked/x')",
        "open('/home/jovyan/artifacts/x', 'w')\n!cp a ~/artifacts/",
        "!ls ~/.cache\nopen('/home/jovyan/.cache/x', 'w')\nopen('/home/jovyan/.cache/y')",
        "!mkdir -p ~/.kaggle\n!cp kaggle.json ~/.kaggle/",
        "!mkdir -p ~/data\n!wget -P ~/data https://a/b\nopen('/home/jovyan/data/b')",
        "!git clone https://github.com/a/b ~/b\n%cd ~/b\nopen('x')",
        "!unzip x.zip -d /home/jovyan/x\nopen('/home/jovyan/x/y')",
        "!tfx template copy --destination-path=~/made --model=x\n%cd ~/made",
        "!cd ~ && wget https://a/data.zip && unzip data.zip\nopen('/home/jovyan/data/x')",
        "import os\nif os.path.exists('/home/jovyan/x'):\n    open('/home/jovyan/x')",
        "from pathlib import Path\nx = Path.home() / 'x'\ny = 1\nif y and x.is_file():\n    y = 2\n    x.read_text()",
        "try:\n    open('/home/jovyan/x')\nexcept (KeyError, OSError):\n    pass",
        "try:\n    open('/home/jovyan/x')\nexcept:\n    pass",
        "from contextlib import suppress\nwith suppress(FileNotFoundError):\n    open('/home/jovyan/x')",
        "%cd ~\n%cd /home/jovyan/phusers",
        "%cd /home/jovyan\n!ls",
        "open('../x')\nopen('../other/x')\nopen('../../phusers/x')",
        "%cd {there}\nopen('../../../x')",
        "open('/tmp/x', 'w')\nopen('/data/x')\nopen('../../../../tmp/x')",
        "print('~/x', '/home/jovyan/x')",
        "import os\nos.path.exists('/home/jovyan/x')",
        "f'/home/jovyan/{group}/x'\nopen(f'/home/jovyan/{group}/x')",
        "import pandas as pd\npd.read_csv('https://a/~b/x.csv')",
        "!echo ~/x",
        "from primehub import PrimeHubConfig\nc = PrimeHubConfig()\nc.api_token = x",
        "from primehub import PrimeHubConfig\nPrimeHubConfig(token=x, endpoint=y)",
        "from primehub import PrimeHubConfig\nPrimeHubConfig(config='config.json')",
        "pass  # open('/home/jovyan/x')",
        "import os\nos.makedirs(os.path.expanduser('~/x'))",
        "import os\nif os.path.exists('/home/jovyan/x'):\n    open('/home/jovyan/x')",
        "from pathlib import Path\np = Path('/home/jovyan/x')\nif not p.exists():\n    make(p)\nopen(p)",
        "try:\n    open('/home/jovyan/x')\nexcept FileNotFoundError:\n    pass",
        "!cat ~/x || echo none",
        "%%bash\nif [ -f ~/x ]; then\n  cat ~/x\nfi",
        "%%bash\ncat > x.sh <<EOF\ncat ~/x\nEOF\nls",
        "!ln -s /home/jovyan/phusers/data ~/data\n!cp ~/data/x .",
        "load_dataset('x', cache_dir='/home/jovyan/hf')",
        "f.write('~/x')\nimport json\njson.dumps('/home/jovyan/x')",
        "!source ~/.bashrc",
        "!curl -o ~/x https://a/b\n!bash ~/x",
        "import os\nHOME = os.getcwd()\n%cd {HOME}/x\n!cat $HOME/x ${HOME}/x",
        "HOME = '/home/jovyan/phusers'\n!cat {HOME}/x $HOME/x",
        "!cat {HOME}/x",
        "open('/root/.cache/x/y')",
        "import os\nHERE = os.getcwd()\n%cd ..\nopen(HERE + '/../x')",
    ],
)
def test_looks_like_it_and_is_fine(notebooks, source):
    assert notebooks.codes(source, home_links=["linked"]) == []


def test_what_is_below_a_shell_magic_has_names_of_its_own(notebooks):
    assert notebooks.codes("x = '/home/jovyan/x'", "%%bash\nx=data\ncat $x") == []
    assert notebooks.codes("x = '/home/jovyan/x'", "%%time\n!cat $x") == [("home_read", 1, 2)]


def test_settings_are_not_put_where_the_group_sees_them(notebooks):
    for source in ("open('/home/jovyan/.aws/credentials')", "from primehub import PrimeHubConfig\nPrimeHubConfig()"):
        [finding] = notebooks.findings(source)
        assert finding["fix"] is None and "/home/jovyan/phusers" not in finding["hint"]


def test_a_path_is_told_as_it_was_written(notebooks):
    [finding] = notebooks.findings("!cp a ~/models/")
    assert "`~/models/`" in finding["message"]
    [finding] = notebooks.findings("!cp a /home/jovyan/models/")
    assert "`/home/jovyan/models/`" in finding["message"]


def test_one_for_each_path(notebooks):
    assert notebooks.codes("open('/home/jovyan/a')\nopen('/home/jovyan/a')\nopen('/home/jovyan/b')") == [
        ("home_read", 0, 1),
        ("home_read", 0, 3),
    ]


def test_a_volume_that_is_elsewhere(notebooks):
    place = {"volume": "/project/phusers", "folder": ""}
    assert notebooks.codes("open('/project/phusers/x')", **place) == []
    assert notebooks.codes("open('../x')", **place) == [("leaves_volume", 0, 1)]
    assert notebooks.codes("open('/home/jovyan/x')", **place) == [("home_read", 0, 1)]


@pytest.mark.parametrize(
    "source",
    [
        "if wanted:\n    open('/home/jovyan/x')",
        "try:\n    open('/home/jovyan/x')\nexcept KeyError:\n    pass",
        "try:\n    pass\nexcept OSError:\n    pass\nelse:\n    open('/home/jovyan/x')",
        "with locked(FileNotFoundError):\n    open('/home/jovyan/x')",
    ],
)
def test_what_does_not_reckon_with_its_absence_is_told(notebooks, source):
    assert [code for code, _, _ in notebooks.codes(source)] == ["home_read"]
