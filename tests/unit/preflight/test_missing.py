"""Files that a notebook reads and that are not on the volume; silence where anything may make them first."""

from __future__ import annotations

import pytest

from primehub_nbext.notebooks.volume import GroupVolume


@pytest.fixture(scope="module")
def volume(tmp_path_factory):
    """A volume with `experiment-1/here.csv`, a link to another file and one that leads out of it."""
    outside = tmp_path_factory.mktemp("outside")
    folder = tmp_path_factory.mktemp("phusers") / "experiment-1"
    (folder / "data").mkdir(parents=True)
    (folder / "here.csv").touch()
    (folder / "link.csv").symlink_to("here.csv")
    (folder / "out").symlink_to(outside)
    return GroupVolume("phusers", str(folder.parent))


def codes(notebooks, volume, *sources):
    place = {"volume": volume.path, "folder": "experiment-1", "home": str(volume.path) + "-home"}
    return notebooks.codes(*sources, exists=volume.has, **place)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("open('gone.csv')", 1),
        ("import pandas as pd\ndf = pd.read_csv('data/gone.csv', sep=';')", 2),
        ("import numpy as np\nname = 'gone'\nx = np.load(f'data/{name}.npy')", 3),
        ("from PIL import Image\nwith Image.open('../gone.png') as x:\n    pass", 2),
        ("from pathlib import Path\nPath('data', 'gone').read_text()", 2),
        ("%cd gone", 1),
        ("!pip install x\n%matplotlib inline\n%cd data\nopen('here.csv')", 4),
        ("import torch\ntorch.load('gone.pt', map_location='cpu')", 2),
        ("open('gone/x/y')", 1),
        ("import mine, os\nfrom sklearn.svm import SVC\nSVC().fit(x, y)\nprint(os.getcwd())\nopen('gone')", 5),
        ("from math import *\nfrom numpy import *\nsqrt(1)\nopen('gone')", 4),
    ],
)
def test_not_there(notebooks, volume, source, line):
    assert codes(notebooks, volume, source) == [("missing_file", 0, line)]


@pytest.mark.parametrize(
    "source",
    [
        "open('here.csv')\nopen('link.csv')\nopen('./data/../here.csv')\n%cd data\n%cd ..\nopen('here.csv')",
        "open('out/gone')\nopen('/etc/gone')\nopen('here.csv/x')\nopen('https://a/gone')",
        "!wget https://a/gone.csv\nopen('gone.csv')",
        "%%bash\ntouch gone.csv\n\n",
        "import urllib.request as r\nr.urlretrieve('https://a/b')\nopen('gone.csv')",
        "from x import download_data\ndownload_data()\nopen('gone.csv')",
        "from ultralytics import YOLO\nYOLO('x.pt').train(data='x.yaml')\nopen('runs/detect/train/results.csv')",
        "import lightning as L\nL.Trainer().fit(model)\nopen('lightning_logs/version_0/metrics.csv')",
        "import mine\nmine.prepare()\nopen('gone.csv')",
        "from mine import *\nprepare()\nopen('gone.csv')",
        "df.to_csv('gone.csv')\nopen('gone.csv')",
        "import os\nos.makedirs('gone')\nos.listdir('gone')\nopen('gone/x')",
        "with open('gone.csv', 'w') as f:\n    pass\nopen('gone.csv')",
        "open(name, 'w')\nopen('gone.csv')",
        "make('gone.csv')\nopen('gone.csv')",
        "make('https://a/b/gone.csv')\nopen('gone.csv')",
        "trainer.save_model('gone')\nimport torch\ntorch.load('gone/x.bin')",
        "%run make.py\nopen('gone.csv')",
        "import numpy as np\nnp.save('gone', x)\nnp.load('gone.npy')",
        "if 'google.colab' in modules:\n    %cd gone\nopen('gone.csv')",
        "import subprocess\nsubprocess.run(['make'])\nopen('gone.csv')",
        "import os\nos.system('make')\nopen('gone.csv')",
        "import os\nif os.path.exists('gone'):\n    open('gone')",
        "try:\n    open('gone')\nexcept OSError:\n    pass",
        "def f():\n    open('gone')",
        "import os\nROOT = os.getcwd()\nos.chdir('data')\nopen(ROOT + '/here.csv')",
        "open('gone', 'w')\nopen('gone', 'a')",
        "from glob import glob\nopen(f'gone-{x}')\nglob('gone*')",
        "!cat gone.csv\n!ls gone",
        "for (\n",
        "%%writefile gone.py\nx\n",
        "%load_ext gone\n%%html\n",
        "open = print\nopen('gone')",
        "open('gon\\0e')",
    ],
)
def test_looks_like_it_and_is_fine(notebooks, volume, source):
    assert codes(notebooks, volume, source) == []


def test_in_the_order_of_the_cells(notebooks, volume):
    sources = ["open('gone.csv')", "!make", "open('gone.txt')"]
    assert codes(notebooks, volume, *sources) == [("missing_file", 0, 1)]
    assert codes(notebooks, volume, sources[2], "for (", *sources[:2]) == [("missing_file", 0, 1)]


def test_the_disk_is_asked_a_bounded_number_of_times(notebooks):
    asked = []
    place = {"volume": "/home/jovyan/phusers", "folder": ""}
    source = "\n".join(f"open('{number}')" for number in range(1000))
    notebooks.codes(source, exists=lambda path: asked.append(path) or True, **place)
    assert 10 < len(asked) <= 50


@pytest.mark.parametrize("unknown", ["volume", "folder", "exists"])
def test_where_the_place_is_not_known_nothing_is_asked(notebooks, unknown):
    known = {"volume": "/home/jovyan/phusers", "folder": "", "exists": lambda path: False}
    assert notebooks.codes("open('gone')", **known) == [("missing_file", 0, 1)]
    assert notebooks.codes("open('gone')", **{**known, unknown: None}) == []
