"""The instance type that is chosen: quotas, and GPUs that a notebook cannot do without, or has no use for."""

from __future__ import annotations

import sys

import pytest

from kit.subjects import subject_of
from primehub_nbext.preflight.gpu import needs_gpu, uses_no_gpu
from primehub_nbext.preflight.instance import find_instance
from primehub_nbext.primehub.quota import Shortage
from primehub_nbext.primehub.resources import InstanceType

TORCH = "import torch, torch.nn as nn\n"


def instance(gpu: int = 0, shortage: Shortage | None = None) -> InstanceType:
    return InstanceType("x", "The X", "", 1, 2, gpu, shortage)


def codes(*sources: str, gpu: int = 0, shortage: Shortage | None = None, fresh: bool = True) -> list[tuple[str, str]]:
    subject = subject_of(*(sources or ("import torch",)), instance=instance(gpu, shortage), free_is_fresh=fresh)
    return [(each["severity"], each["code"]) for each in find_instance(subject)]


@pytest.mark.parametrize(
    ("shortage", "said"),
    [
        (Shortage("user", "gpu", 4, 1, None), ("error", "over_user_quota", "PrimeHub counts 4 GPUs", "is 1 GPU.")),
        (Shortage("group", "memory_gb", 64, 8.5, None), ("error", "over_group_quota", "counts 64 GB", "is 8.5 GB.")),
        (Shortage("group", "cpu", 1, 8, 0.5), ("note", "quota_in_use", "starts later: 0.5 of", "8 cores are free")),
    ],
)
def test_a_quota_that_is_too_small_or_in_use(shortage, said):
    subject = subject_of("import torch", instance=instance(shortage=shortage), free_is_fresh=True)
    [found] = find_instance(subject)
    assert (found["severity"], found["code"]) == said[:2]
    assert said[2] in found["message"] and said[3] in found["message"]


def test_what_was_free_long_ago_says_nothing():
    assert codes(shortage=Shortage("group", "cpu", 1, 8, 0.5), fresh=False) == []
    assert codes(shortage=Shortage("user", "cpu", 16, 4, None), fresh=False) == [("error", "over_user_quota")]


def test_nothing_is_said_of_an_instance_type_that_is_not_known():
    assert find_instance(subject_of(TORCH + "torch.cuda.set_device(0)")) == []


@pytest.mark.parametrize(
    ("sources", "place"),
    [
        ([TORCH + "model = nn.Linear(1, 1).cuda()"], (0, 2)),
        ([TORCH, "model = Net()\nmodel.to('cuda')"], (1, 2)),
        ([TORCH + "device = torch.device('cuda:0')", "x = torch.ones(3)\nx.to(device)"], (1, 2)),
        ([TORCH + "x = torch.ones(3, device='cuda')"], (0, 2)),
        ([TORCH + "DEVICE = 'cuda'\nx = torch.ones(3, device=DEVICE)"], (0, 3)),
        ([TORCH + "print(torch.cuda.get_device_name(0))"], (0, 2)),
        ([TORCH + "assert torch.cuda.is_available()\nmodel = Net().cuda()"], (0, 2)),
        (["import cupy as cp\nx = cp.arange(3)"], (0, 2)),
        (["from cuml.cluster import KMeans\nk = KMeans(3)"], (0, 2)),
        (["from transformers import pipeline\npipe = pipeline('x',\n    device='cuda:0')"], (0, 2)),
        ([TORCH + "model = (\n    Net()\n    .to('cuda')\n)"], (0, 4)),
        ([TORCH + "for x in loader:\n    x = x.cuda()"], (0, 3)),
        ([TORCH + "def train(model):\n    model.cuda()", "train(Net())"], (0, 3)),
        ([TORCH + "model.to(device='cuda')"], (0, 2)),
        ([TORCH + "c = {'device': 'cuda'}\nmodel.to(c['device'])"], (0, 3)),
        ([TORCH + "torch.set_default_device('cuda')"], (0, 2)),
        ([TORCH + "torch.load('x', map_location='cuda')"], (0, 2)),
        ([TORCH + "if not torch.cuda.is_available():\n    raise SystemError('no GPU')"], (0, 2)),
        (["from transformers import AutoModel\nAutoModel.from_pretrained('x', device_map='cuda')"], (0, 2)),
        (["import pytorch_lightning as pl\npl.Trainer(accelerator='gpu')"], (0, 2)),
        (["from catboost import CatBoostClassifier as C\nC(task_type='GPU')"], (0, 2)),
        (["import pycuda.autoinit"], (0, 1)),
        (["from numba import cuda\ncuda.to_device(x)"], (0, 2)),
        # What looks like it and is fine.
        ([TORCH + "for x in loader:\n    if gpu:\n        x = x.cuda()"], None),
        ([TORCH + "try:\n    import pycuda.autoinit\nexcept ImportError:\n    pass"], None),
        ([TORCH + "if not torch.cuda.is_available():\n    print('slow')\nmodel.to('cuda')"], None),
        (["import pytorch_lightning as pl\npl.Trainer(accelerator='auto')\npl.Trainer(accelerator=which)"], None),
        (["from catboost import CatBoostClassifier as C\nC(task_type='CPU')"], None),
        (
            [TORCH + "torch.load('x', map_location='cpu')\ndef train(m, device):\n    m.to(device)", "train(m, 'cpu')"],
            None,
        ),
        ([TORCH + "device = 'cuda' if torch.cuda.is_available() else 'cpu'\nx = torch.ones(3).to(device)"], None),
        ([TORCH + "if torch.cuda.is_available():\n    x = torch.ones(3).cuda()"], None),
        ([TORCH + "use_cuda = torch.cuda.device_count() > 0", "x = torch.ones(3).to('cuda')"], None),
        ([TORCH + "if use_gpu:\n    x = torch.ones(3).cuda()"], None),
        ([TORCH + "try:\n    x = torch.ones(3).cuda()\nexcept RuntimeError:\n    pass"], None),
        ([TORCH + "x = torch.ones(3).cuda() if gpu else torch.ones(3)"], None),
        ([TORCH + "gpu and model.cuda()"], None),
        ([TORCH + "def train():\n    return Net().cuda()"], None),
        ([TORCH + "device = torch.device('cuda')"], None),
        ([TORCH + "x = torch.ones(3).to('cpu')\nx.to(torch.float16)\nx.to(device)"], None),
        ([TORCH + "device = 'cuda'\nif small:\n    device = 'cpu'\nx = torch.ones(3).to(device)"], None),
        ([TORCH + "torch.cuda.empty_cache()\ntorch.cuda.manual_seed(1)"], None),
        ([TORCH + "# model.cuda()\nprint('.cuda()')"], None),
        (["from transformers import pipeline\npipe = pipeline('x', device=0)"], None),
        (
            ["from transformers import TFAutoModel, pipeline\nimport tensorflow\npipe = pipeline('x', device='cuda')"],
            None,
        ),
        (["import xgboost as xgb\nm = xgb.XGBClassifier(device='cuda')"], None),
        (["import tensorflow as tf\nprint(tf.config.list_physical_devices('GPU'))"], None),
        (["df = frame.to('cuda')"], None),
    ],
)
def test_what_cannot_do_without_a_gpu(sources, place):
    subject = subject_of(*sources, instance=instance())
    assert needs_gpu(subject.script, subject.texts, subject.run) == place
    found = [(each["code"], each["cell"], each["line"]) for each in find_instance(subject)]
    assert found == ([("gpu_missing", *place)] if place else [])
    assert codes(*sources, gpu=1) == []


@pytest.mark.parametrize(
    ("sources", "idle"),
    [
        (
            ["import pandas as pd\nfrom sklearn.svm import SVC\nimport matplotlib.pyplot as plt", "%matplotlib inline"],
            True,
        ),
        (["print(1)"], True),
        (["!pip install seaborn", "import seaborn"], True),
        (["import pandas", "import torch"], False),
        (["import pandas", "def later():\n    import tensorflow"], False),
        (["import pandas", "from mine import *"], False),
        (["import pandas", "!python train.py"], False),
        (["import pandas", "!nvidia-smi"], False),
        (["import pandas", "%run train.py"], False),
        (["import pandas", "this is no Python"], False),
        (["import xgboost"], False),
        (["import pandas", "exec(code)"], False),
        (["import pandas", "import papermill\npapermill.execute_notebook('train.ipynb', 'out.ipynb')"], False),
        (["import pandas", "import mlflow.pyfunc\nmodel = mlflow.pyfunc.load_model('models:/x/1')"], False),
        (["import pandas", "import mlflow\nmlflow.log_metric('loss', 1)"], True),
        (["%load_ext cudf.pandas", "import pandas"], False),
    ],
)
def test_what_has_no_use_for_a_gpu(sources, idle):
    assert uses_no_gpu(subject_of(*sources).script) is idle
    assert codes(*sources, gpu=1) == ([("note", "gpu_unused")] if idle else [])
    assert codes(*sources) == []


@pytest.mark.skipif(sys.version_info < (3, 10), reason="Python says from 3.10 on which modules are its own")
def test_pythons_own_modules_have_no_use_for_a_gpu():
    assert uses_no_gpu(subject_of("import os, json, pathlib\nfrom collections import Counter").script)


def test_another_language_is_not_looked_at():
    assert find_instance(subject_of("x <- 1", language="R", instance=instance(1))) == []


def test_nothing_is_said_of_a_gpu_where_nothing_runs():
    assert codes("# import torch", gpu=1) == []
