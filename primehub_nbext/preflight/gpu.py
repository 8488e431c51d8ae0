"""GPUs: a script in; the first place that cannot do without one, and whether nothing could use one at all, out."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from .installs import is_harmless
from .script.cell import CodeCell
from .script.flow import MAYBE, SURE
from .script.notebook import Script
from .script.run import Event, Run
from .script.texts import Texts

# Whoever asks one of these has an answer for the case that there is none.
ASKING = frozenset(
    {
        "torch.cuda.is_available", "torch.cuda.device_count", "torch.cuda.is_initialized", "jax.devices",
        "jax.local_devices", "jax.device_count", "jax.default_backend", "tensorflow.config.list_physical_devices",
        "tensorflow.config.experimental.list_physical_devices", "tensorflow.config.get_visible_devices",
        "tensorflow.config.list_logical_devices", "tensorflow.config.experimental.list_logical_devices",
        "tensorflow.test.is_gpu_available", "tensorflow.test.gpu_device_name", "tensorflow.test.is_built_with_cuda",
        "torch.accelerator.is_available", "torch.get_default_device", "accelerate.Accelerator",
        "tensorflow.python.client.device_lib.list_local_devices", "numba.cuda.is_available", "cupy.is_available",
        "cupy.cuda.is_available", "GPUtil.getAvailable", "GPUtil.getGPUs",
    }
)  # fmt: skip
# Calls that fail without a GPU, whatever they are given.
NEEDING = frozenset(
    {
        "torch.cuda.set_device", "torch.cuda.get_device_name", "torch.cuda.get_device_properties",
        "torch.cuda.get_device_capability", "torch.cuda.current_device", "torch.cuda.synchronize",
        "torch.cuda.mem_get_info", "torch.cuda.Stream", "torch.cuda.Event", "torch.cuda.init",
        "numba.cuda.to_device", "numba.cuda.device_array", "numba.cuda.select_device", "numba.cuda.get_current_device",
        "faiss.StandardGpuResources", "pynvml.nvmlInit",
    }
)  # fmt: skip
NEEDING_ROOTS = ("cupy.", "cudf.", "cuml.", "cugraph.", "cuspatial.", "cucim.", "dask_cudf.")
NEEDING_IMPORTS = {"pycuda.autoinit"}
# Calls of libraries that may be told by an argument to use a GPU, and then fail where there is none.
_TRAINER = ("accelerator", frozenset({"gpu", "cuda"}))
TOLD = {
    **dict.fromkeys(("pytorch_lightning.Trainer", "lightning.Trainer", "lightning.pytorch.Trainer"), _TRAINER),
    **dict.fromkeys(
        ("catboost.CatBoostClassifier", "catboost.CatBoostRegressor", "catboost.CatBoost"),
        ("task_type", frozenset({"GPU"})),
    ),
}
PLACES = {"device", "device_map", "map_location"}
# Without one of these in its text, a notebook has none of what is looked for.
MENTIONS = (
    *("cuda", "cupy", "cudf", "cuml", "cugraph", "cuspatial", "cucim", "device", "accelerator", "task_type"),
    *("StandardGpu", "pynvml"),
)
# Libraries whose `device=` means what PyTorch's means.
OF_TORCH = ("torch.", "transformers.", "sentence_transformers.", "diffusers.", "torchvision.", "torchaudio.")
USES_TORCH = ("torch", "transformers", "sentence_transformers", "diffusers", "fastai", "timm")
# Libraries that compute without one; a notebook of these and of Python's own has no use for it.
_CPU_ONLY = """
    numpy pandas scipy matplotlib seaborn sklearn statsmodels plotly bokeh altair requests httpx bs4 lxml openpyxl
    xlrd sqlalchemy psycopg2 pymysql pymongo pyarrow fastparquet h5py yaml tqdm IPython ipywidgets PIL skimage nltk
    networkx sympy joblib tabulate dateutil pytz boto3 botocore minio primehub papermill nbformat geopandas shapely
    folium pydantic jinja2 markdown rich click attr dotenv mpl_toolkits pylab wordcloud ruptures prophet pmdarima
    dask polars duckdb mlflow imblearn shap eli5 missingno pandas_profiling ydata_profiling gensim textblob
"""
WITHOUT_GPU = frozenset(_CPU_ONLY.split())
OWN = getattr(sys, "stdlib_module_names", frozenset(sys.builtin_module_names))  # all of it from Python 3.10 on
_PLAIN = """
    matplotlib time timeit capture pip conda mamba config pwd ls mkdir cd who whos env
"""
PLAIN_MAGICS = frozenset(_PLAIN.split())
INSTALLERS = ("pip", "pip3", "conda", "mamba", "uv")
# What runs, or loads, anything.
STARTERS = (
    "subprocess.", "os.system", "os.popen", "os.exec", "os.spawn", "os.posix_spawn", "asyncio.create_subprocess",
    "exec", "eval", "importlib.", "__import__", "runpy.", "ctypes.", "papermill.", "mlflow.run",
    "mlflow.projects.", "mlflow.pyfunc.",
)  # fmt: skip


def needs_gpu(script: Script, texts: Texts, run: Run) -> tuple[int, int] | None:
    """Cell and line of the first thing that fails without a GPU, where the notebook comes to it; None for none.

    None also where the notebook asks for a GPU anywhere: then it is taken to know what to do.
    """
    if not any(word in cell.text for cell in script.cells for word in MENTIONS):
        return None
    asserted = {id(node) for cell in script.cells for node in _asserted(cell)}
    if any(id(call.node) not in asserted for call in script.calls_named(lambda name: name in ASKING)):
        return None
    torch = _imports(script, USES_TORCH) and not _imports(script, ("tensorflow", "jax"))
    for event in run.events:
        call, name = event.step.node, event.name
        if isinstance(call, ast.Import) and event.step.sure == SURE and not event.step.caught and _brings_gpu(call):
            return event.cell.index, call.lineno
        if not isinstance(call, ast.Call) or event.step.kind != "call":
            continue
        if (event.step.sure == MAYBE and id(call) not in asserted) or event.step.caught:
            continue
        if (
            (id(call) in asserted and name in ASKING)
            or name in NEEDING
            or name.startswith(NEEDING_ROOTS)
            or _is_told_to(call, name)
            or (torch and _moves_to_gpu(call, name, event, script, texts))
        ):
            return event.cell.index, call.func.end_lineno or call.lineno
    return None


def uses_no_gpu(script: Script) -> bool:
    """Whether all that the notebook uses is known to compute without a GPU."""
    if not script.complete or not script.cells:
        return False
    if any(word in cell.text.lower() for cell in script.cells for word in ("cuda", "gpu")):
        return False
    modules = {name for cell in script.cells for name in cell.names.stars}
    modules |= {each.module for cell in script.cells for each in cell.names.bindings if each.module}
    if not all(module.partition(".")[0] in WITHOUT_GPU | OWN for module in modules):
        return False
    if any(magic.name not in PLAIN_MAGICS for cell in script.cells for magic in cell.magics):
        return False
    if script.calls_named(lambda name: name.startswith(STARTERS)):
        return False
    commands = [command.text for cell in script.cells for command in cell.shell]
    return all(
        text.split()[:1] != ["nvidia-smi"] and (is_harmless(text) or text.split()[0] in INSTALLERS)
        for text in commands
        if text.split()
    )


def _brings_gpu(node: ast.Import) -> bool:
    """Whether an import fails without a GPU."""
    return any(each.name in NEEDING_IMPORTS for each in node.names)


def _is_told_to(call: ast.Call, name: str) -> bool:
    """Whether a call asks a library for a GPU that fails where there is none."""
    wanted = TOLD.get(name)
    given = {each.arg: each.value for each in call.keywords}
    return wanted is not None and getattr(given.get(wanted[0]), "value", None) in wanted[1]


def _moves_to_gpu(call: ast.Call, name: str, event: Event, script: Script, texts: Texts) -> bool:
    """Whether a call is one of PyTorch's ways to put something on a GPU."""
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if method == "cuda" and name == ".cuda" and not call.keywords:
        return all(isinstance(each, ast.Constant) for each in call.args)
    given = {each.arg: each.value for each in call.keywords}
    if method == "to" and not name.startswith(("tensorflow.", "numpy.")):
        place = call.args[0] if call.args else given.get("device")
        return place is not None and _is_cuda(place, event, script, texts)
    if name == "torch.set_default_device" and call.args:
        return _is_cuda(call.args[0], event, script, texts)
    if name.startswith(OF_TORCH) and name != "torch.device":
        # `device=0` is no need: where there is no GPU, transformers' pipelines take the CPU (from 4.47 on).
        return any(arg in PLACES and _is_cuda(value, event, script, texts) for arg, value in given.items())
    return False


def _is_cuda(node: ast.expr, event: Event, script: Script, texts: Texts) -> bool:
    """Whether an expression is "cuda", "cuda:0" or `torch.device` of these."""
    cell, scope = event.cell, event.inside
    if isinstance(node, ast.Name):
        found = script.place_of(node.id, node, cell, scope)
        if found is None or found[1].value is None or not found[1].sure or found[1].scope is not None:
            return False
        cell, node, scope = found[0], found[1].value, None
    if isinstance(node, ast.Call) and script.name_of(node.func, cell, scope) == "torch.device" and node.args:
        node = node.args[0]
    text = texts.of(node, cell, scope)
    return text.whole and (text.head == "cuda" or text.head.startswith("cuda:"))


def _asserted(cell: CodeCell) -> Iterator[ast.Call]:
    """Calls that are asked for nothing else than to stop where there is no GPU: `assert torch.cuda.is_available()`."""
    for node in cell.tree.body if cell.tree else ():
        test = node.test if isinstance(node, (ast.Assert, ast.If)) else None
        if isinstance(node, ast.If):
            stops = isinstance(node.body[0], ast.Raise) and not node.orelse
            negated = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
            test = test.operand if stops and negated else None  # type: ignore[union-attr]
        if isinstance(test, ast.Call):
            yield test


def _imports(script: Script, roots: tuple[str, ...]) -> bool:
    return any((each.module or "").partition(".")[0] in roots for cell in script.cells for each in cell.names.bindings)
