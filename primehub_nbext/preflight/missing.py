"""Missing: a notebook's script, and what is on the volume, in; findings about files that are read and not there out.

Silent as soon as anything may have made files of which nothing is known: most notebooks fetch what they read.
"""

from __future__ import annotations

import os
from typing import Any

from .asked import Asked
from .paths.calls import GO, MAKE, READ, WRITE
from .paths.commands import commands_of
from .paths.functions import words
from .paths.uses import Use, is_below
from .script.cell import CodeCell
from .script.scopes import PYTHONS_OWN
from .subject import Subject, finding

MAX_LOOKS = 50  # at the disk, for one notebook
# Of calls that fetch or unpack files: a part of their own name.
FETCHING = ("download", "fetch", "extract", "get_file", "retrieve", "clone", "snapshot", "unpack", "upload", "run")
IPYTHONS_OWN = words("run_line_magic run_cell_magic")
RUNNING = ("os.system", "os.popen", "subprocess.")
# What makes no files but those that it is told the name of. Others may: runs/train (Ultralytics), lightning_logs,
# catboost_info, and whatever a module beside the notebook does.
QUIET_LIBRARIES = words("""
    abc argparse base64 bisect bz2 calendar collections configparser contextlib copy csv dataclasses datetime decimal
    enum fractions functools gc getpass glob gzip hashlib heapq html http importlib inspect io itertools json locale
    logging lzma math multiprocessing operator os pathlib pickle platform pprint random re shutil socket sqlite3
    statistics string struct sys tarfile tempfile textwrap threading time timeit traceback types typing unicodedata
    urllib uuid warnings xml zipfile zoneinfo numpy pandas scipy matplotlib mpl_toolkits pylab seaborn plotly altair
    bokeh sklearn imblearn statsmodels xgboost lightgbm torch torchvision torchaudio tensorflow keras jax flax optax
    tensorflow_hub PIL cv2 skimage imageio h5py yaml requests httpx bs4 lxml openpyxl xlrd joblib tqdm IPython
    ipywidgets networkx sympy dateutil pytz polars pyarrow sqlalchemy geopandas shapely folium wordcloud gradio einops
    six absl tabulate psutil dotenv gensim
""")
QUIET_MAGICS = words("""
    time timeit capture prun memit matplotlib load_ext reload_ext autoreload pip conda config env set_env html HTML
    javascript js latex markdown svg cd pwd pylab who whos reset writefile file precision tensorflow_version pinfo
    pinfo2
""")


def find_missing(subject: Subject) -> list[dict[str, Any]]:
    """One finding for each file on the volume that is read by its name at the notebook's top, and is not there."""
    volume, exists = subject.volume, subject.exists
    if volume is None or subject.folder is None or exists is None:
        return []
    blind, asked = blind_from(subject), Asked(subject)
    found, seen, named = list[dict[str, Any]](), set[str](), _Named()
    for use in subject.uses:
        at = (use.cell.index, use.line)
        if blind is not None and at >= blind and not (at == blind and _is_run(use)):
            break
        if use.deed not in (READ, GO):
            if use.place is None and use.deed in (WRITE, MAKE):
                break  # something is written, and nobody knows what
            named.add(use)
        elif _is_told(use, volume) and use.place not in seen and use.place is not None and not named.has(use):
            seen.add(use.place)
            if len(seen) > MAX_LOOKS:
                break
            if exists(os.path.relpath(use.place, volume)) is False and not asked.of(use):
                found.append(_told(use))
                if use.deed == GO:
                    break
    return found


def _is_told(use: Use, volume: str) -> bool:
    """Whether it is sure to read a place on the volume, all of whose name is known."""
    inside = use.place is not None and use.place != volume and is_below(use.place, volume)
    return inside and use.sure and use.text.whole and not (use.shell and use.deed == READ and not _is_run(use))


def _is_run(use: Use) -> bool:
    """Whether it is the program that `%run` runs; IPython looks for it with `.py` where it has no such end."""
    runs = use.deed == READ and any(each.name == "run" and each.line == use.line for each in use.cell.magics)
    return runs and use.text.head.endswith((".py", ".ipynb"))


class _Named:
    """Paths that the notebook names before it reads them: what it may have made."""

    def __init__(self) -> None:
        self._places: list[str] = []
        self._names: set[str] = set()

    def add(self, use: Use) -> None:
        self._names.add(os.path.basename(use.text.head.rstrip("/")))
        if use.place is not None:
            self._places.append(use.place)

    def has(self, use: Use) -> bool:
        place = use.place or ""
        name = os.path.basename(place)
        # Much is saved by a name without its end: np.save("table") makes table.npy.
        return (
            name in self._names
            or os.path.splitext(name)[0] in self._names
            or any(is_below(place, each) or is_below(each, place) for each in self._places)
        )


def blind_from(subject: Subject) -> tuple[int, int] | None:
    """Cell and line from which on there may be files that nobody knows of; None where there are none."""
    places = [(cell.index, line) for cell in subject.script.cells for line in _lines_of_commands(cell)]
    fetching = dict[str, bool]()
    for call in subject.script.calls():
        if call.name and not call.name.startswith(".") and not _is_quiet(call.name):
            places.append((call.cell.index, call.node.lineno))
        own = getattr(call.node.func, "attr", getattr(call.node.func, "id", ""))
        if own not in fetching:  # IPython's are looked at as the commands that they are
            fetching[own] = own not in IPYTHONS_OWN and any(part in own.lower() for part in FETCHING)
        if fetching[own] or (call.name.startswith(RUNNING) and own not in IPYTHONS_OWN):
            places.append((call.cell.index, call.node.lineno))
    return min(places, default=None)


def _is_quiet(name: str) -> bool:
    """Whether what a dotted name is in makes no files of its own accord."""
    root = name.partition(".")[0]
    return root in QUIET_LIBRARIES or root in PYTHONS_OWN


def _lines_of_commands(cell: CodeCell) -> list[int]:
    found = [] if cell.known and all(map(_is_quiet, cell.names.stars)) else [1]
    found += [magic.line for magic in cell.magics if magic.name not in QUIET_MAGICS and not _is_shell(cell, magic.line)]
    for shell in cell.shell:
        commands = commands_of(shell.text)
        if commands is None or not all(command.quiet for command in commands):
            found.append(shell.line)
    return found


def _is_shell(cell: CodeCell, line: int) -> bool:
    """Whether a magic is looked at as the shell commands that it holds."""
    return any(shell.line in (line, line + 1) for shell in cell.shell)


def _told(use: Use) -> dict[str, Any]:
    return finding(
        "warning",
        "missing_file",
        "There is no `{path}` where the notebook looks for it.",
        "A job would stop there: put it on the group volume, or correct its name.",
        use.cell.index,
        use.line,
        path=use.text.head,
    )
