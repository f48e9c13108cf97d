"""Pins the versions of `meu_data.store.made_from` to hashes of the code they stand for; `make pins` runs it.

A hash does not change with formatting, comments, docstrings and imports, nor when a function moves from one of the
files to another.
"""

import ast
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from meu_data.store import made_from
from meu_data.store.made_from import MadeFrom
from tests import ROOT

FILE = Path(__file__).parent / "store" / "pins.json"
# What they hold (records, names of choices, errors) goes into results by other ways than by how these are written.
_NEUTRAL = ("choices", "errors", "frames", "progress", "records", "resources", "secrets", "store")
_DATA = {".toml", ".json", ".yaml", ".csv", ".txt", ".md", ".css", ".js", ".xml", ".html"}


def versions() -> dict[str, MadeFrom]:
    """All of the versions, by name."""
    return {name: found for name, found in vars(made_from).items() if isinstance(found, MadeFrom)}


def pins(package: Path = ROOT / "meu_data") -> dict[str, dict[str, object]]:
    """Every version with the hash of its code, as the file of pins holds them."""
    return {
        name: {"version": found.version, "sha256": code_sha256(package, sources(package, found))}
        for name, found in sorted(versions().items())
    }


def sources(package: Path, found: MadeFrom) -> set[Path]:
    """The files that a version stands for."""
    files = _closure(package, found.modules)
    return files.difference(*(_closure(package, other.modules) for other in found.apart))


def code_sha256(package: Path, files: set[Path]) -> str:
    """One hash of all statements of Python files, in whatever order and file they stand, and of the data files."""
    parts: list[str] = []
    for path in files:
        if path.suffix != ".py":
            parts.append(f"{path.relative_to(package).name} {hashlib.sha256(path.read_bytes()).hexdigest()}")
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        parts += [_outline(statement) for statement in tree.body if not _is_idle(statement)]
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()


def _closure(package: Path, modules: tuple[str, ...]) -> set[Path]:
    """The files of modules and of all that they import, with the data beside them."""
    found: set[Path] = set()
    waiting = [_file(package, module) for module in modules]
    while waiting:
        path = waiting.pop()
        if path is None or path in found:
            continue
        found.add(path)
        found |= {beside for beside in path.parent.iterdir() if beside.suffix in _DATA}
        waiting += [_file(package, module) for module in _imports(path)]
    return found


def _imports(path: Path) -> Iterator[str]:
    """The modules that a file imports, below the package."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "meu_data":
            inner = (node.module or "").removeprefix("meu_data").removeprefix(".")
            yield inner
            yield from (f"{inner}.{alias.name}".removeprefix(".") for alias in node.names)


def _file(package: Path, module: str) -> Path | None:
    """The file of a module; None for a neutral one, and for a name that is none."""
    if module.split(".", maxsplit=1)[0] in _NEUTRAL or not module:
        return None
    path = package.joinpath(*module.split("."))
    if path.is_dir():
        return path / "__init__.py"
    return path.with_suffix(".py") if path.with_suffix(".py").is_file() else None


def _is_idle(node: object) -> bool:
    """Whether a statement cannot change a result: imports, docstrings."""
    idle_string = (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    )
    return idle_string or isinstance(node, ast.Import | ast.ImportFrom)


def _outline(node: object) -> str:
    """A syntax tree as text; unlike `ast.dump`, the same for every version of Python."""
    if isinstance(node, list):
        return f"[{','.join(_outline(part) for part in node if not _is_idle(part))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    parts = [
        f"{name}={_outline(part)}"
        for name, part in ast.iter_fields(node)
        if part not in (None, []) and name not in ("ctx", "kind", "type_comment")
    ]
    return f"{type(node).__name__}({','.join(parts)})"


if __name__ == "__main__":
    FILE.write_text(json.dumps(pins(), indent=1) + "\n", encoding="utf-8")
