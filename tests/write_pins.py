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
# What they hold goes into results by other ways than by how these are written; of the records, what is used counts.
_NEUTRAL = ("choices", "errors", "frames", "plugins", "progress", "records", "resources", "secrets", "store")
_DATA = {".toml", ".json", ".yaml", ".csv", ".txt", ".md", ".css", ".js", ".xml", ".html"}


def versions() -> dict[str, MadeFrom]:
    """All of the versions, by name."""
    return {name: found for name, found in vars(made_from).items() if isinstance(found, MadeFrom)}


def pins(package: Path = ROOT / "meu_data") -> dict[str, dict[str, object]]:
    """Every version with the hash of its code, as the file of pins holds them."""
    return {
        name: {"version": found.version, "sha256": code_sha256(package, found)}
        for name, found in sorted(versions().items())
    }


def sources(package: Path, found: MadeFrom) -> set[Path]:
    """The files that a version stands for."""
    files = _closure(package, found.modules)
    return files.difference(*(_closure(package, other.modules) for other in found.apart))


def code_sha256(package: Path, found: MadeFrom) -> str:
    """One hash of all statements of Python files, in whatever order and file they stand, and of the data files."""
    parts: list[str] = []
    records: set[str] = set()
    for path in sources(package, found):
        if path.suffix != ".py":
            parts.append(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}")
            continue
        parts += [_outline(statement) for statement in _statements(path) if not _is_idle(statement)]
        records |= {name for module, name in _imports(path) if module == "records" and name}
    parts += map(_outline, _definitions(package / "records.py", records))
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()


def _definitions(path: Path, names: set[str]) -> list[ast.stmt]:
    """The statements of a file that define names, and the names that those use in turn."""
    statements = {name: statement for statement in _statements(path) for name in _bound(statement)} if names else {}
    waiting, found = [name for name in names if name in statements], dict[int, ast.stmt]()
    while waiting:
        statement = statements[waiting.pop()]
        if id(statement) not in found:
            found[id(statement)] = statement
            used = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
            waiting += [name for name in used if name in statements]
    return list(found.values())


def _bound(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.ClassDef | ast.FunctionDef):
        return [statement.name]
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _statements(path: Path) -> list[ast.stmt]:
    return ast.parse(path.read_text(encoding="utf-8")).body


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
        for module, name in _imports(path):
            waiting += [_file(package, module), _file(package, f"{module}.{name}".removeprefix("."))]
    return found


def _imports(path: Path) -> Iterator[tuple[str, str]]:
    """The modules, below the package, that a file imports from, each with a name that it takes from there."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "meu_data":
            module = (node.module or "").removeprefix("meu_data").removeprefix(".")
            yield from ((module, alias.name) for alias in node.names)


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
