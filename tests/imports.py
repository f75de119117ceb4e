"""What a Python source imports and which imported names it uses, read without running it."""

from __future__ import annotations

import ast
from collections.abc import Container


def imported(tree: ast.Module, known: Container[str], *, when_run: bool = False) -> set[str]:
    """The dotted names that a module imports, also inside functions.

    when_run: without what is imported for type checking only.
    `from a import b` is `a.b`; where `a` is a package of ours (its modules are `known`) and `a.b` is no
    module, it is `a`. A relative import keeps its leading dots.
    """
    found: set[str] = set()
    left_out = set(ast.walk(ast.Module(_for_types_only(tree), []))) if when_run else set()
    for node in set(ast.walk(tree)) - left_out:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            full = {alias.name: f"{base}.{alias.name}" for alias in node.names}
            found |= {name if name in known or base not in known else base for name in full.values()}
    return {name for name in found if not name.startswith("__future__")}


def _for_types_only(tree: ast.Module) -> list[ast.stmt]:
    checks = (node for node in ast.walk(tree) if isinstance(node, ast.If))
    return [
        line for check in checks if ast.unparse(check.test).endswith("TYPE_CHECKING") for line in check.body
    ]


def names_used(tree: ast.Module) -> set[str]:
    """The dotted names behind every name and attribute, with `import … as` and `from … import` undone."""
    origin = {"print": "print"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                origin[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module:
            origin |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return {name for node in ast.walk(tree) if (name := _dotted(node, origin))}


def _dotted(node: ast.AST, origin: dict[str, str]) -> str | None:
    if isinstance(node, ast.Name):
        return origin.get(node.id)
    if isinstance(node, ast.Attribute) and (owner := _dotted(node.value, origin)):
        return f"{owner}.{node.attr}"
    return None
