"""Values as people type them, with what a kernel makes of them; and names as Linux allows them."""

from __future__ import annotations

import ast
import os

VALUES = {
    "a": ("10", "10"),
    "b": ("-2.5", "-2.5"),
    "c": ("1e-05", "1e-05"),
    "d": ("1e+22", "1e+22"),
    "e": (".5", "0.5"),
    "f": ("inf", "'inf'"),
    "g": ("007", "'007'"),
    "h": ("1_000", "'1_000'"),
    "i": ("yes", "'yes'"),
    "j": ("nan", "'nan'"),
    "k": ("null", "None"),
    "l": ("True", "True"),
    "m": ("2026-11-22", "'2026-11-22'"),
    "n": ("9" * 60, "9" * 60),
    "o": ("[1, [2.0, {x: 'y'}], null, 2e-9]", "[1, [2.0, {'x': 'y'}], None, 2e-09]"),
    "p": ('{"a b": {c: [true]}, "1": 1}', "{'a b': {'c': [True]}, '1': 1}"),
    "q": (r'"first\nsecond\r\n\n third\t"', r"'first\nsecond\r\n\n third\t'"),
    "r": ("Ann Lee", "'Ann Lee'"),
    "s": ("http://h/?a=1", "'http://h/?a=1'"),
    "t": ("it's $(id) `id` {braces} \\ %s", '''"it's $(id) `id` {braces} \\\\ %s"'''),
    "u": ('"\\"quoted\\""', """'"quoted"'"""),
    "v": ("台灣 😀 ∂", "'台灣 😀 ∂'"),
    "w": (r'"\x00\x1b\x85\u2028\ufeff\u202e\U0010ffff"', r"'\x00\x1b\x85\u2028\ufeff\u202e\U0010ffff'"),
    "x": ('""', "''"),
    "y": ("1:30", "'1:30'"),
    "z": ("9" * 3999, "9" * 3999),
    "größe": ("-0.0", "-0.0"),
}
# Folder and file name.
NAMES = [
    ("plain", "plain.ipynb"),
    ("experiment 1 ∂", 'it\'s "my" $(notebook) #1 ✓.ipynb'),
    ("{0}", "b{x}.ipynb"),
    ("a{", "c{.ipynb"),
    ("-p", "-d.ipynb"),
    ("new\nline", "new\nline\t%.ipynb"),
    (os.fsdecode(b"not \xff text \xe9"), "raw.ipynb"),
    ("", "x" * 249 + ".ipynb"),
    ("台灣/שלום", "台" * 83 + ".ipynb"),
    ("back\\slash", "\u202e \x01\x85😀\\.ipynb"),
]

TYPED = "\n".join(f"{name}={text}" for name, (text, _) in VALUES.items())
PRINTING = "".join(f"print(ascii({name}))\n" for name in VALUES)
PRINTED = [expected if expected.isascii() else ascii(ast.literal_eval(expected)) for _, expected in VALUES.values()]
