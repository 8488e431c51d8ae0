"""The logs and stored files that PrimeHub's server was recorded with; a folder in; they in it out."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

LOGS = {
    "job-202611010005-run001": [f"epoch {n}" for n in range(1, 6)],
    "job-202611010006-succ01": [
        "group profile not found",
        "loss 0.5",
        "Grüße ✓ 你好",
        "Artifacts: (7 files / 1 MB) uploaded",
    ],
    "job-202611010007-fail01": ["Traceback (most recent call last):", "ValueError: no"],
    "job-202611010012-canc02": ["still here"],
    "job-202611010017-bob001": ["bob 1", "bob 2"],
}
ARTIFACTS = "groups/phusers/jobArtifacts/job-202611010006-succ01/"
SAMPLE = {"timestamp": 1761955205, "cpu_util": 12, "mem_used": 104857600, "GPU": []}
MONITORING = {"spec": {"GPU": []}, "datasets": {"15m": [SAMPLE], "1h": [], "3h": [], "lifetime": []}}
STORED = {
    ARTIFACTS + "a+b&c=d%20.json": b"{}",
    ARTIFACTS + "empty.txt": b"",
    ARTIFACTS + "model.pkl": b"\x80\x04K\x01.",
    ARTIFACTS + "noext": b"no extension",
    ARTIFACTS + "notes.txt": b"done\n",
    ARTIFACTS + "plots/Größe.csv": "a,ü\n".encode(),
    ARTIFACTS + "plots/loss a.png": b"\x89PNG\r\n",
    ARTIFACTS + "report.html": b"<p>done</p>",
    ARTIFACTS + "run.ipynb": b"{}",
    ARTIFACTS + ".metadata/expiredAt": b"1762560000\n",
    ARTIFACTS + ".metadata/monitoring": json.dumps(MONITORING).encode(),
    ARTIFACTS[:-1] + "2/other.txt": b"of a job whose id begins with this one's",
    "groups/phusers/jobArtifacts/job-202611010007-fail01/.metadata/monitoring": b"{broken",
    "groups/phusers/jobArtifacts/job-202611010008-fail02/.metadata/monitoring": b"",
    "groups/research-team-a/jobArtifacts/job-202611010017-bob001/out.txt": b"bob\n",
    "groups/bob-only--group/jobArtifacts/job-202611010018-bob002/secret.txt": b"secret\n",
    "groups/phusers/file at the top.txt": b"top\n",
    "groups/Research_Team_A/capital.txt": b"stored under the name with capitals\n",
}


def lay_out(folder: Path) -> None:
    for name in ("jobs", "phfs", "jupyter"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for job, lines in LOGS.items():
        write(folder / "jobs" / job / "log", "".join(line + "\n" for line in lines).encode())
    write(folder / "jupyter" / "notebook.log", b"[I] notebook server\n")
    for key, content in STORED.items():
        write(folder / "phfs" / key, content)


def write(path: Path, content: bytes, modified: float | None = None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if modified is not None:
        os.utime(path, (modified, modified))
