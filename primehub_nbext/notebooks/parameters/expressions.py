"""The expression of a default in; the type that its value is bound to have, if that can be seen, out."""

from __future__ import annotations

import ast

MAX_DEPTH = 50
CALLS = {
    "int": "int", "len": "int", "float": "float", "str": "str", "bool": "bool", "list": "list", "tuple": "list",
    "sorted": "list", "dict": "dict",
}  # fmt: skip
WHOLE = (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod)


def type_of_expression(node: ast.expr, depth: int = 0) -> tuple[str, ...]:
    """One of `Declared.types`, or none: `10 * 60` is whole, `1 / 3` a number, `f"{x}"` text."""
    if depth > MAX_DEPTH:
        return ()
    if isinstance(node, ast.Constant):
        kind = {int: "int", float: "float", str: "str", bool: "bool"}.get(type(node.value))
        return (kind,) if kind else ()
    if isinstance(node, ast.JoinedStr):
        return ("str",)
    if isinstance(node, ast.Compare):
        # Arrays that are compared give arrays.
        plain = all(type_of_expression(each, depth + 1) for each in [node.left, *node.comparators])
        return ("bool",) if plain else ()
    if isinstance(node, ast.UnaryOp):
        return ("bool",) if isinstance(node.op, ast.Not) else type_of_expression(node.operand, depth + 1)
    if isinstance(node, ast.BinOp):
        return _of_both(node, depth)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
        return (CALLS[node.func.id],)
    if isinstance(node, (ast.Dict, ast.DictComp)):
        return ("dict",)
    return ("list",) if isinstance(node, (ast.List, ast.Tuple, ast.ListComp)) else ()


def _of_both(node: ast.BinOp, depth: int) -> tuple[str, ...]:
    left, right = (type_of_expression(each, depth + 1) for each in (node.left, node.right))
    kinds = {*left, *right}
    if not left or not right:
        return ()
    if kinds <= {"int", "float"}:
        if isinstance(node.op, WHOLE):
            return ("float",) if "float" in kinds else ("int",)
        if isinstance(node.op, ast.Pow):
            power = node.right.value if isinstance(node.right, ast.Constant) else None
            return ("int",) if kinds == {"int"} and isinstance(power, int) else ("float",)
        return ("float",) if isinstance(node.op, ast.Div) else ()
    same = len(kinds) == 1 and kinds <= {"str", "list"}
    return left if same and isinstance(node.op, ast.Add) else ()
