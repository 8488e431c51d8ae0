"""Values ↔ one line of YAML in flow style, which papermill's `-y` and the form's own reader read alike.

Flow style is JSON, but for numbers such as 1e-05, which are text to YAML 1.1 unless they have a point, and for
characters that YAML does not take as they are.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from .values import MAX_DEPTH

if TYPE_CHECKING:
    import yaml

NO_TAGS = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:merge")
LONGEST_KEY = 1000  # YAML looks for the ":" within 1024 characters; a longer key has to announce itself by "?"


def to_yaml(value: Any) -> str:
    """One line of YAML: parameters for papermill's `-y`, or a single value as one types it in the form."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)}: {to_yaml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(to_yaml, value)) + "]"
    if isinstance(value, float):
        text = repr(value)
        if not math.isfinite(value):  # in jobs that earlier versions made
            return text.replace("inf", ".inf").replace("nan", ".nan")
        return text if "." in text else text.replace("e", ".0e")
    text = json.dumps(value, ensure_ascii=False)
    return text if text.isprintable() else "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in text)


def from_yaml(text: str) -> dict[str, Any]:
    """The parameters in YAML, as papermill reads it: whichever version of the extension wrote it, or a person.

    Raises ValueError for what is no mapping, and for aliases and tags, which can stand for anything.
    """
    value = read_json(text)
    if value is None:
        import yaml

        try:
            value = yaml.load(text, Loader=_loader())
        except (yaml.YAMLError, RecursionError) as error:
            raise ValueError("not YAML") from error
    if not isinstance(value, dict):
        raise ValueError("not a mapping")
    return value


def read_json(text: str) -> Any:
    """What `to_yaml` wrote, if it is JSON, too: YAML takes 17 times as long (of 11 kB), for each job of a list."""
    try:
        value = json.loads(text)
        return value if to_yaml(value) == text else None
    except (ValueError, RecursionError):
        return None


def _key(key: str) -> str:
    text = to_yaml(key)
    return text if len(text) <= LONGEST_KEY else f"? {text} "


def _loader() -> type[yaml.SafeLoader]:
    """papermill's reading of YAML: the safe loader, in which dates stay strings; and "<<" does, which nobody wrote."""
    import yaml

    class Loader(yaml.SafeLoader):
        yaml_implicit_resolvers = {
            first: [(tag, pattern) for tag, pattern in resolvers if tag not in NO_TAGS]
            for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }
        depth = 0

        def compose_node(self, parent: Any, index: Any) -> Any:
            # A command that somebody else wrote may nest so deeply that reading it would take minutes.
            if self.depth > MAX_DEPTH + 1:
                raise yaml.YAMLError("nested too deeply")
            # No version ever wrote these: an alias can stand for a value of any size, a tag for one of any type.
            event = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML's stubs leave it untyped
            if isinstance(event, yaml.AliasEvent) or event.anchor or event.tag:
                raise yaml.YAMLError("an alias, an anchor or a tag")
            self.depth += 1
            try:
                return super().compose_node(parent, index)
            finally:
                self.depth -= 1

    return Loader
