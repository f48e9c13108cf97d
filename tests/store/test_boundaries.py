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


POSIX_MODULES = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"}
POSIX_NAMES = {
    *("fork", "mkfifo", "getuid", "geteuid", "getgid", "killpg", "setsid", "statvfs", "chown", "sched_getaffinity"),
    *("set_blocking", "wait4", "SIGKILL", "SIGHUP", "SIGALRM", "setitimer", "pass_fds", "start_new_session"),
}


def foreign_to_windows(source: str) -> set[str]:
    """POSIX's own modules and names that a module uses, unless it asks first whether they are there."""
    found, asked = set[str](), set[str]()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names} & POSIX_MODULES
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module or ""} & POSIX_MODULES
        elif isinstance(node, ast.Attribute):
            found |= {node.attr} & POSIX_NAMES
        elif isinstance(node, ast.keyword):
            found |= {node.arg or ""} & POSIX_NAMES
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "hasattr":
            asked |= {argument.value for argument in node.args if isinstance(argument, ast.Constant)}
    return found - asked


def test_nothing_is_posix_alone():
    """But the Label Studio that the program starts itself, which says so (`review/studio/server.py`)."""
    found = {name: foreign_to_windows((PACKAGE / name).read_text(encoding="utf-8")) for name in MODULES}
    assert {name for name, names in found.items() if names} == {
        "review/studio/installation.py",
        "review/studio/process.py",
    }


@pytest.mark.parametrize(
    "source", ["import fcntl", "from pwd import getpwnam", "os.fork()", "Popen(x, pass_fds=[3])", "signal.SIGKILL"]
)
def test_the_search_for_posix_finds(source):
    assert foreign_to_windows(source)
