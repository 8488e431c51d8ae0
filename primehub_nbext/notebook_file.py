"""What a notebook file says about itself: an open file in; its kernel and its parameters cell out.

Reading JSON holds the interpreter, and with it every other request of the notebook server, for as long as it takes.
So a file above `IN_PROCESS_BYTES` is read by a process of its own.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from dataclasses import dataclass

from .errors import InvalidNotebook, NoKernel
from .parameters import write_value

IN_PROCESS_BYTES = 1024 * 1024
MAX_BYTES = 512 * 1024 * 1024  # reading takes several times as much memory, of which a pod has little
MAX_PARAMETERS = 100
CHECK_SECONDS = 120
VERSIONS = (1, 2, 3, 4)  # of the file format, as nbformat knows them


@dataclass(frozen=True)
class NotebookFile:
    """kernel: name of the kernel; parameters: `[{"name", "value"}]`, values as one would type them in the form."""

    kernel: str
    parameters: list

    @classmethod
    def read(cls, descriptor: int) -> NotebookFile:
        """Read and check the notebook behind a file descriptor, from its beginning.

        Raises errors.InvalidNotebook, errors.NoKernel.
        """
        os.lseek(descriptor, 0, os.SEEK_SET)
        size = os.fstat(descriptor).st_size
        if size > MAX_BYTES:
            raise InvalidNotebook(
                f"The notebook is larger than {MAX_BYTES // 1024**2} MB.", "Clear its outputs, save it and try again."
            )
        if size <= IN_PROCESS_BYTES:
            with os.fdopen(os.dup(descriptor), "rb") as file:
                answer = examine(file.read())
        else:
            answer = _in_process_of_its_own(descriptor)
        if "code" in answer:
            raise {NoKernel.code: NoKernel}.get(answer["code"], InvalidNotebook)()
        return cls(answer["kernel"], answer["parameters"])


def _in_process_of_its_own(descriptor: int) -> dict:
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    program = "import sys; sys.path.append(sys.argv[1]); from primehub_nbext.notebook_file import main; main()"
    try:
        run = subprocess.run(
            [sys.executable, "-I", "-c", program, package],
            stdin=descriptor,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=CHECK_SECONDS,
            check=True,
        )
        return json.loads(run.stdout)
    except (subprocess.SubprocessError, OSError, ValueError):
        return {"code": InvalidNotebook.code}


def main() -> None:
    """The process of its own: a notebook on standard input, what `examine` says on standard output."""
    os.nice(10)  # the server and its kernels go first where processors are few
    json.dump(examine(sys.stdin.buffer.read()), sys.stdout)


def examine(content: bytes) -> dict:
    """`{"kernel", "parameters"}` of a notebook, or `{"code"}` of the error.

    Not with nbformat: to import it takes several times as long as to read a notebook of 100 MB.
    """
    try:
        notebook = json.loads(content.decode("utf-8"))
        if notebook.get("nbformat", 1) not in VERSIONS:
            return {"code": InvalidNotebook.code}
        metadata = notebook["metadata"]
        cells = notebook["cells"] if "cells" in notebook else notebook["worksheets"][0]["cells"]
        if not isinstance(cells, list) or not all(isinstance(cell["cell_type"], str) for cell in cells):
            return {"code": InvalidNotebook.code}
        kernelspec = metadata.get("kernelspec") or {}
        kernel = kernelspec.get("name")
        language = str(kernelspec.get("language") or metadata.get("language_info", {}).get("name") or "python")
        parameters = _parameters(cells) if language == "python" else []
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {"code": InvalidNotebook.code}
    if not isinstance(kernel, str) or not kernel.strip():
        return {"code": NoKernel.code}
    return {"kernel": kernel, "parameters": parameters}


def _parameters(cells) -> list:
    """The plain assignments of the first cell tagged `parameters`; papermill's convention."""
    for cell in cells:
        metadata = cell.get("metadata")
        tags = metadata.get("tags") if isinstance(metadata, dict) else None
        if cell["cell_type"] == "code" and isinstance(tags, list) and "parameters" in tags:
            source = cell.get("source", "")
            return _assignments("".join(source) if isinstance(source, list) else str(source))
    return []


def _assignments(source: str) -> list:
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    found = {}
    for node in body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and len(targets) == 1 and isinstance(targets[0], ast.Name):
            try:
                found[targets[0].id] = write_value(ast.literal_eval(node.value))
            except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
                continue  # an expression: not a default that one could type
    return [{"name": name, "value": value} for name, value in list(found.items())[:MAX_PARAMETERS]]
