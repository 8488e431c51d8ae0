"""A call of a notebook's own function in; what an argument of it is then, out."""

from __future__ import annotations

import ast

from .cell import CodeCell


def given(
    call: ast.Call, name: str, function: ast.FunctionDef, cell: CodeCell, scope: ast.AST | None, where: CodeCell
) -> tuple[ast.expr | None, CodeCell, ast.AST | None]:
    """What a call gives for an argument, with where that is: in the call, or in the function, which is in `where`."""
    if any(isinstance(each, ast.Starred) for each in call.args) or any(each.arg is None for each in call.keywords):
        return None, cell, scope
    named = next((each.value for each in call.keywords if each.arg == name), None)
    if named is not None:
        return named, cell, scope
    own = [*function.args.posonlyargs, *function.args.args]
    defaults = [*[None] * (len(own) - len(function.args.defaults)), *function.args.defaults]
    for at, (each, default) in enumerate(zip(own, defaults)):
        if each.arg == name:
            return (call.args[at], cell, scope) if at < len(call.args) else (default, where, None)
    only = zip(function.args.kwonlyargs, function.args.kw_defaults)
    return next((default for each, default in only if each.arg == name), None), where, None
