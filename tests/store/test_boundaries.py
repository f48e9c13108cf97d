"""SQL and locks are the store's: no other module speaks to SQLite, nor to the system's locks."""

import ast
import re

import pytest

from tests import ROOT

PACKAGE = ROOT / "meu_data"
MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))
_SQL = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|PRAGMA|BEGIN)\s+[A-Za-z*('$?]")


def trespasses(source: str) -> list[str]:
    """What only the store may do: SQL in a string, a text that ends up as SQL, and the modules behind it."""
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _SQL.match(node.value):
            found.append(node.value)
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name.split(".")[0] == "sqlite3"]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "sqlite3":
            found.append("sqlite3")
        elif isinstance(node, ast.ImportFrom) and node.module == "meu_data.store.database":
            found.append(node.module)
        elif isinstance(node, ast.Attribute) and node.attr in ("db", "execute", "executemany", "executescript"):
            found.append(f".{node.attr}")
    return found


def test_the_store_alone_holds_sql():
    found = {name: trespasses((PACKAGE / name).read_text(encoding="utf-8")) for name in MODULES}
    assert {name: what for name, what in found.items() if what and not name.startswith("store/")} == {}
    assert sum(name.startswith("store/") for name, what in found.items() if what) > 5, "the search finds nothing"


@pytest.mark.parametrize(
    "source",
    [
        "ledger.db.rows(query)",
        "x = 'SELECT record FROM samples'",
        "x = f'DELETE FROM {table}'",
        "x = '''\n    CREATE TABLE x (y)'''",
        "import sqlite3",
        "from sqlite3 import connect",
        "from meu_data.store.database import Database",
        "connection.execute(query)",
    ],
)
def test_the_search_finds(source):
    assert trespasses(source)


def test_nothing_needs_fcntl():
    """Not every system has it: filelock knows what to do instead."""
    assert [name for name in MODULES if "fcntl" in (PACKAGE / name).read_text(encoding="utf-8")] == []
