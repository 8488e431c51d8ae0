"""Parameters ↔ one line of YAML, which papermill's `-y` reads.

PyYAML writes it, so that its reader gives back the same values, type and all.
"""

from __future__ import annotations

import math

from .values import MAX_DEPTH


def to_yaml(parameters: dict) -> str:
    """One line of YAML (flow style) for papermill's `-y`."""
    import yaml

    return yaml.dump(
        parameters, Dumper=_dumper(), default_flow_style=True, allow_unicode=True, sort_keys=False, width=math.inf
    ).strip()


def from_yaml(text: str) -> dict:
    """The inverse of `to_yaml`. Raises ValueError."""
    import yaml

    try:
        value = yaml.load(text, Loader=_loader())
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError("not YAML") from error
    if not isinstance(value, dict):
        raise ValueError("not a mapping")
    return value


def _dumper():
    import yaml

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data):
            return True  # `*id001` would be a riddle to a reader of the command

    def represent_text(dumper, text):
        # Only in double quotes does YAML bring back every character: elsewhere it folds line breaks, U+0085 and such.
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if text.isprintable() else '"')

    Dumper.add_representer(str, represent_text)
    return Dumper


def _loader():
    """papermill's reading of YAML: the safe loader, in which dates stay strings."""
    import yaml

    class Loader(yaml.SafeLoader):
        yaml_implicit_resolvers = {
            first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
            for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }
        depth = 0

        def compose_node(self, parent, index):
            # A command that somebody else wrote may nest so deeply that reading it would take minutes.
            if self.depth > MAX_DEPTH + 1:
                raise yaml.YAMLError("nested too deeply")
            # `to_yaml` never writes these: an alias can stand for a value of any size, a tag for one of any type.
            event = self.peek_event()
            if isinstance(event, yaml.AliasEvent) or event.anchor or event.tag:
                raise yaml.YAMLError("an alias, an anchor or a tag")
            self.depth += 1
            try:
                return super().compose_node(parent, index)
            finally:
                self.depth -= 1

    return Loader
