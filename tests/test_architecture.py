"""The bounds of the house: file and function lengths, no lazy imports, empty package files, no mocks."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BOT = sorted((ROOT / "bot").rglob("*.py"))
ALL = [*BOT, *sorted((ROOT / "tests").rglob("*.py")), *sorted((ROOT / "benchmarks").rglob("*.py"))]

FILE_LINES = 300
FUNCTION_LINES = 40

Function = ast.FunctionDef | ast.AsyncFunctionDef
Import = ast.Import | ast.ImportFrom


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def place(path: Path, node: ast.stmt | None = None) -> str:
    return str(path.relative_to(ROOT)) + (f":{node.lineno}" if node else "")


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, Function))


def modules(node: Import) -> list[str]:
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]


def test_no_file_is_over_300_lines() -> None:
    lines = {place(path): len(path.read_text(encoding="utf-8").splitlines()) for path in BOT}
    assert {name: count for name, count in lines.items() if count > FILE_LINES} == {}


def test_no_function_is_over_40_lines() -> None:
    lines = {
        f"{place(path, node)} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in BOT
        for node in functions(path)
    }
    assert {name: count for name, count in lines.items() if count > FUNCTION_LINES} == {}


def test_imports_stand_at_the_top() -> None:
    inner = [
        place(path, node)
        for path in BOT
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, Import)
    ]
    assert inner == []


def test_a_package_file_holds_a_docstring_only() -> None:
    packages = [path for path in BOT if path.name == "__init__.py"]
    others = [place(path) for path in packages if not _is_docstring(tree(path).body)]
    assert packages
    assert others == []


def _is_docstring(body: list[ast.stmt]) -> bool:
    return len(body) == 1 and isinstance(body[0], ast.Expr)


def test_nobody_mocks() -> None:
    mocks = [
        place(path, node)
        for path in ALL
        for node in ast.walk(tree(path))
        if isinstance(node, Import) and any(name.startswith("unittest.mock") for name in modules(node))
    ]
    assert mocks == []
