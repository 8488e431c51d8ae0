"""Mending: a notebook's file and the fixes of its findings in; the file with those that were wanted made, out.

One fix after the other, all of it or none, and the notebook is looked at again after each: what is below has moved.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Callable

from ..notebooks.errors import InvalidNotebook, NotebookNotFound
from ..notebooks.opening import disk_errors
from .errors import NotebookChanged
from .kinds import Check, Finding
from .session import Session, default_session
from .submitting import check

FORMAT = 4  # the version of the file format that edits are for
MOST = 200  # fixes of one notebook


def fix(
    notebook: str | os.PathLike[str],
    *,
    wanted: Callable[[Finding], bool] = lambda finding: True,
    session: Session | None = None,
    **chosen: Any,
) -> tuple[list[Finding], Check]:
    """Make the fixes of a notebook's findings in its file; answers the findings that were mended, and what is left.

    wanted : is asked for each finding that has a fix; what is refused is not asked for again where it is the same
    chosen : `parameters`, `instance_type`, … as for `check`

    Whoever has the notebook open has to load it again. Raises as `check`; NotebookChanged where somebody else has saved
    it meanwhile, and VolumeError where it cannot be written.
    """
    session = session or default_session()
    path = session.notebook(notebook)
    content, was = _read(path)
    mended: list[Finding] = []
    settled: set[str] = set()  # what was not wanted, could not be made, or did not help

    def look() -> tuple[Check, list[str]]:
        found = check(path, **chosen, content=content, session=session)
        return found, [_key(each) for each in found["findings"]]

    found, keys = look()
    while each := next((each for each in found["findings"] if each["fix"] and _key(each) not in settled), None):
        key, edits = _key(each), (each["fix"] or {})["edits"]
        after = edited(content, edits) if len(mended) < MOST and wanted(each) else None
        if after is None:
            settled.add(key)
            continue
        content, mended, before = after, [*mended, each], keys.count(key)
        found, keys = look()
        if keys.count(key) >= before:
            settled.add(key)
    if mended:
        _write(path, content, was)
    return mended, found


def edited(content: dict[str, Any], edits: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The notebook with these edits made; None where it is not what they were made for any more."""
    content = json.loads(json.dumps(content))
    cells = content.get("cells")
    if content.get("nbformat") != FORMAT or not isinstance(cells, list):
        return None
    inserts = [each for each in edits if "insert" in each]
    others = [each for each in edits if "insert" not in each]
    for each in sorted(others, key=lambda each: -(each.get("line") or 0)):
        index = each["cell"]
        if not 0 <= index < len(cells) or cells[index].get("cell_type") != "code":
            return None
        cell = cells[index]
        if "tag" in each:
            tags = cell.setdefault("metadata", {}).setdefault("tags", [])
            if not isinstance(tags, list):
                return None
            tags += [each["tag"]] * (each["tag"] not in tags)
            continue
        lines, old = _source(cell).split("\n"), each["old"].split("\n")
        begin = each["line"] - 1
        if lines[begin : begin + len(old)] != old:
            return None
        lines[begin : begin + len(old)] = each["new"].split("\n")
        cell["source"] = "\n".join(lines).splitlines(keepends=True)
    # Of several in one place, the last is put in first, and ends up below.
    places = [(len(cells) if each.get("cell") is None else each["cell"], each) for each in inserts]
    for at, each in sorted(reversed(places), key=lambda place: -place[0]):
        cells.insert(at, _new_cell(each, with_id=content.get("nbformat_minor", 0) >= 5))
    return content


def _new_cell(edit: Mapping[str, Any], with_id: bool) -> dict[str, Any]:
    tags = {"tags": [edit["tag"]]} if edit.get("tag") else {}
    source = edit["insert"].splitlines(keepends=True)
    made = {"cell_type": "code", "execution_count": None, "metadata": tags, "outputs": [], "source": source}
    return {**made, "id": secrets.token_hex(4)} if with_id else made


def _source(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def _key(finding: Finding) -> str:
    """A finding by what its fix makes of which text, wherever that stands by now."""
    edits = [
        {name: each.get(name) for name in ("old", "new", "insert", "tag")} for each in (finding["fix"] or {})["edits"]
    ]
    return json.dumps([finding["code"], finding["message"], edits])


def _read(path: str) -> tuple[dict[str, Any], bytes]:
    """The notebook, and the file that it was read from."""
    try:
        was = Path(path).read_bytes()
        content = json.loads(was)
    except OSError:
        raise NotebookNotFound(field="notebook_path") from None
    except (ValueError, RecursionError):
        raise InvalidNotebook() from None
    if not isinstance(content, dict):
        raise InvalidNotebook()
    return content, was


def _write(path: str, content: dict[str, Any], was: bytes) -> None:
    """In the layout in which Jupyter saves notebooks; the file is the old one or the new one, never half of it.

    Others can write in its folder: what they have saved since is kept, and a link of theirs is never followed.
    """
    real = os.path.realpath(path)
    temporary = os.path.join(os.path.dirname(real), f".{secrets.token_hex(8)}.tmp")
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if not text.isprintable() and any("\ud800" <= character <= "\udfff" for character in text):  # no UTF-8 holds these
        text = json.dumps(content, indent=1, sort_keys=True) + "\n"
    with disk_errors():
        try:
            # Only for this person's eyes, until it has the mode of the file.
            with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                file.write(text)
            shutil.copymode(real, temporary)
            if Path(real).read_bytes() != was:
                raise NotebookChanged()
            os.replace(temporary, real)
        except (OSError, NotebookChanged):
            with suppress(OSError):
                os.unlink(temporary)
            raise
