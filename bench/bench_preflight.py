"""A folder of notebooks in; what their findings cost, how many of each code there are, and which, out.

    bench_preflight.py [FOLDER [CODE]]

The notebooks are looked at as if each were alone in a folder of the group volume, in an image that has all that they
import, on an instance type without a GPU. With a code, its findings are listed one by one. Without a folder only a
notebook is measured that is made up, of 500 cells.

judged.tsv, beside this file, has what a reader made of findings in 316 tutorials, one by one, with the reason.
"""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import json
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

from primehub_nbext.notebooks.errors import InvalidNotebook
from primehub_nbext.notebooks.file import NotebookFile, examine_notebook
from primehub_nbext.preflight.findings import FAMILIES, find
from primehub_nbext.preflight.imports import required_imports
from primehub_nbext.preflight.interpreter import Module
from primehub_nbext.preflight.script.cell import MEMORY
from primehub_nbext.preflight.script.collector import rarer
from primehub_nbext.preflight.subject import Subject
from primehub_nbext.primehub.resources import InstanceType

PLACE = {"volume": "/home/jovyan/phusers", "folder": "experiment-1", "home": "/home/jovyan", "kernels": {"python3"}}
JOB = {"same_image": True, "instance": InstanceType("cpu-1", "CPU 1", "", 1, 2, 0, None)}
JUDGED = Path(__file__).with_name("judged.tsv")
Place = tuple[str, str, str, str]  # code, notebook, cell, line
# Seven lines, as the code cells of tutorials have on average; every tenth cell has a magic and a shell line before.
CELL = """\
import numpy as np, pandas as pd, os
def table_{i}(year, folder=Path("data")):  # of one year
    frame = pd.read_csv(folder / f"{{year}}.csv", index_col=0)
    return frame[frame.value > {i}].groupby("kind").mean()
result_{i} = np.array([table_{i}(year).value.sum() for year in range(2000, 2000 + {i})])
print("table {i}: %.2f" % result_{i}.mean(), os.path.join("figures", "x{i}.png"))
plt.plot(result_{i}, label="table {i}", color="red")
"""
COMMANDS = "%matplotlib inline\n!echo {i}\n"


def notebook_of(content: dict) -> NotebookFile:
    """The notebook, with a kernel's name where it has none: it was left out where notebooks are collected."""
    content["metadata"].setdefault("kernelspec", {}).setdefault("name", "python3")
    return NotebookFile.from_answer(examine_notebook(content))


def subject_of(path: str, file: NotebookFile) -> Subject:
    name = Path(path).name
    alone = {"exists": lambda path: path in ("", "experiment-1", f"experiment-1/{name}")}
    known = {field.name for field in dataclasses.fields(Subject)}
    place = {key: value for key, value in {**PLACE, **JOB, **alone}.items() if key in known}
    subject = Subject(name, file, parameters=file.parameters, **place)
    subject.modules.update(dict.fromkeys(required_imports(subject.script), Module("image")))
    return subject


def milliseconds(name: str, file: NotebookFile) -> float:
    """Processor time of all findings; others use the machine too."""
    started = time.thread_time()
    with rarer():  # as jobs/check.py does
        find(subject_of(name, file))
    return (time.thread_time() - started) * 1000


def made_up(cells: int) -> dict:
    sources = [((COMMANDS if i % 10 == 0 else "") + CELL).format(i=i) for i in range(cells)]
    code = [{"cell_type": "code", "metadata": {}, "source": source, "outputs": []} for source in sources]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": code}


def report_times(what: str, times: list[float]) -> None:
    times = sorted(times)
    p95 = times[int(len(times) * 0.95)]
    print(f"{what}: median {statistics.median(times):.1f} ms, 95th percentile {p95:.1f} ms, longest {times[-1]:.1f} ms")


def report_codes(files: dict[str, NotebookFile]) -> None:
    findings, severity, places = Counter(), {}, set[Place]()
    for name, file in files.items():
        for each in find(subject_of(name, file)):
            findings[each["code"]] += 1
            severity[each["code"]] = each["severity"]
            places.add((each["code"], name, *("" if each[at] is None else str(each[at]) for at in ("cell", "line"))))
    judged = verdicts(files)  # also of codes that depend on the image, of which nothing is raised here
    for code in sorted({*findings, *(place[0] for place in judged)}):
        raised = {place for place in places if place[0] == code}
        read = [judged[place][0] for place in judged if place[0] == code and (place in raised or not raised)]
        print(
            f"{code:28} {severity.get(code, 'not here'):8} {findings[code]:4} findings in"
            f" {len({place[1] for place in raised}):3} notebooks; {len(read):3} judged, {read.count('right'):3} right"
        )
    told = sum(number for code, number in findings.items() if severity[code] != "note")
    print(f"{sum(findings.values()) / len(files):.2f} findings a notebook, {told / len(files):.2f} without the notes")
    for place, (verdict, reason) in judged.items():
        gone = ", and not raised any more" if place[0] in findings and place not in places else ""
        if gone or verdict != "right":
            print(f"judged {verdict}{gone}: {' '.join(place)}: {reason}")


def verdicts(files: dict[str, NotebookFile]) -> dict[Place, tuple[str, str]]:
    """What a reader made of findings in these notebooks: right or wrong, and why."""
    rows = [line.split("\t") for line in JUDGED.read_text("utf-8").splitlines()] if JUDGED.exists() else []
    return {tuple(row[:4]): (row[4], row[5]) for row in rows if row[1] in files}


def list_findings(files: dict[str, NotebookFile], code: str) -> None:
    for name, file in files.items():
        for each in find(subject_of(name, file)):
            if each["code"] == code:
                lines = file.cells[each["cell"]]["source"].splitlines() if each["cell"] is not None else []
                line = lines[each["line"] - 1].strip() if each["line"] else ""
                print(f"{name}\tcell {each['cell']}\tline {each['line']}\t{line[:160]}\t{each['message']}")


def main() -> None:
    folder, code = (sys.argv[1:] + [None, None])[:2]
    files = {}
    for path in sorted(Path(folder).rglob("*.ipynb")) if folder else []:
        with contextlib.suppress(ValueError, InvalidNotebook):  # not a notebook
            files[str(path.relative_to(folder))] = notebook_of(json.loads(path.read_bytes()))
    if code:
        list_findings(files, code)
        return
    milliseconds("x.ipynb", notebook_of(made_up(1)))  # IPython is imported
    again, large = notebook_of(made_up(500)), list[float]()
    for _ in range(5):
        MEMORY.forget()
        gc.collect()  # what the look before has left
        large.append(milliseconds("x.ipynb", again))
    report_times("500 cells", large)
    report_times("500 cells, once more", [milliseconds("x.ipynb", again) for _ in range(5)])
    if files:
        MEMORY.forget()
        report_times(f"{len(files)} notebooks", [milliseconds(*each) for each in files.items()])
        print(f"{len(FAMILIES)} families")
        report_codes(files)


main()
