"""Installing: a script in; where it first brings modules of its own, and what else there could be to import, out.

What comes with a package that is installed, with a repository that is fetched or a script that is run cannot be told
here: from there on everything may be there.
"""

from __future__ import annotations

import ast
import math
import shlex
from pathlib import PurePosixPath

from ..notebooks.cells.nodes import children
from .script.cell import CodeCell
from .script.notebook import Script

Position = "tuple[float, float]"  # index of a cell, line in it
INSTALLING_MAGICS = frozenset({"pip", "conda", "mamba", "micromamba", "uv", "run", "cd", "load_ext", "pushd", "popd"})
# What `%load_ext` loads without a change of where modules are looked for.
HARMLESS_EXTENSIONS = frozenset({"autoreload", "tensorboard", "memory_profiler", "line_profiler"})
# Shell commands after which there is nothing more to import than before.
_HARMLESS = """
    ls ll pwd echo cat head tail wc du df free nvidia-smi nproc lscpu date whoami which file grep sort uniq tree
    mkdir rm rmdir touch sleep uname hostname env printenv ps top kill jupyter tensorboard export set test
"""
HARMLESS_COMMANDS = frozenset(_HARMLESS.split())
MAX_COMMAND = 1000  # characters that are looked at
READING_WORDS = frozenset({"--version", "-V", "list", "freeze", "show", "--help", "-h"})
STARTING_CALLS = ("subprocess.", "os.system", "os.popen", "os.exec", "os.spawn", "pip.", "pip", "micropip.", "piplite.")
# Calls that bring folders or files, which may be modules; or change where modules are looked for.
FETCHING_CALLS = frozenset(
    {
        "os.chdir", "site.addsitedir", "shutil.copy", "shutil.copyfile", "shutil.copytree", "shutil.unpack_archive",
        "urllib.request.urlretrieve", "wget.download", "gdown.download", "gdown.download_folder", "git.Repo.clone_from",
        "tarfile.open", "zipfile.ZipFile", "sys.path.append", "sys.path.insert", "sys.path.extend", "importlib.reload",
        "huggingface_hub.snapshot_download", "huggingface_hub.hf_hub_download", "runpy.run_path", "exec",
        "sys.meta_path.append", "sys.meta_path.insert", "sys.path_hooks.append", "sys.path_hooks.insert",
        "sys.modules.update", "sys.modules.setdefault", "findspark.init", "pyximport.install", "importnb.Notebook",
    }
)  # fmt: skip
# Modules that let others be imported that are none of Python's: notebooks, and classes of Java.
IMPORTERS = frozenset({"import_ipynb", "nbimporter", "jpype.imports"})
SEARCHED = frozenset({"sys.path", "sys.meta_path", "sys.path_hooks", "sys.modules"})


def first_install(script: Script) -> tuple[float, float]:
    """Where (cell, line) the notebook first does what may bring modules; infinite where it does not."""
    found: list[tuple[float, float]] = [(math.inf, math.inf)]
    for cell in script.cells:
        if not cell.known:
            found.append((cell.index, 0))  # whatever it does
        for magic in cell.magics:
            argument = magic.argument.split()[:1]
            if magic.name == "load_ext" and HARMLESS_EXTENSIONS.issuperset(argument):
                continue
            if magic.name in INSTALLING_MAGICS and not READING_WORDS.intersection(argument):
                found.append((cell.index, magic.line))
        for command in cell.shell:
            if not is_harmless(command.text):
                found.append((cell.index, command.line))
        if "sys" in cell.text:
            found += [(cell.index, line) for line in path_changes(script, cell)]
        found += [(cell.index, each.line) for each in cell.names.bindings if _imports_importer(each.node)]
    found += [(call.cell.index, call.node.lineno) for call in script.calls_named(_brings)]
    return min(found)


def is_harmless(command: str) -> bool:
    """Whether a shell command leaves all modules as they are; not where that cannot be told."""
    if len(command) > MAX_COMMAND:
        return False
    try:
        words = shlex.split(command, comments=True)
    except ValueError:
        return False
    if not words:
        return True
    if any(mark in command for mark in (";", "&", "|", "`", "$(", "\n")):
        return False
    if len(words) > 1 and words[1] in READING_WORDS or words[-1] in READING_WORDS:
        return True
    return PurePosixPath(words[0]).name in HARMLESS_COMMANDS


def _brings(name: str) -> bool:
    if name in FETCHING_CALLS or name.startswith("google.colab."):
        return True
    return name.startswith(STARTING_CALLS) and name != "subprocess.TimeoutExpired"


def _imports_importer(node: ast.AST) -> bool:
    return isinstance(node, ast.Import) and any(each.name in IMPORTERS for each in node.names)


def path_changes(script: Script, cell: CodeCell) -> list[int]:
    """Lines of the assignments to `sys.path`, or to a part of it, and to what else Python looks at when it imports."""
    found, pending = list[int](), list[ast.AST]([cell.tree] if cell.tree else [])
    while pending:
        node = pending.pop()
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            target = target.value if isinstance(target, ast.Subscript) else target
            if isinstance(target, ast.Attribute) and script.name_of(target, cell, None) in SEARCHED:
                found.append(node.lineno)  # type: ignore[attr-defined]
        pending += children(node)
    return found
