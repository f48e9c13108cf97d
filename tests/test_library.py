"""`import meu_data`: the names a program uses, found in every order of imports, without anything heavy."""

import ast
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import meu_data
from tests import ROOT

# As the issues that asked for a library list them.
NAMES = [
    "Workspace",
    "extract",
    "render",
    "draft",
    "verify",
    "push",
    "pull",
    "export",
    "check",
    "hydrate",
    "tables",
    "map_pair",
    "rewards",
    "evaluate",
    "predict",
    "scores",
    "report",
    "show",
]
PACKAGE = Path(meu_data.__file__).parent


def python(code: str) -> list[str]:
    """What a fresh interpreter prints, as words."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_there_and_listed(name):
    assert name in meu_data.__all__
    assert name in dir(meu_data)
    found = getattr(meu_data, name)
    assert inspect.getdoc(found)
    assert inspect.ismodule(found) == (name in ("tables", "rewards"))


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'meu_data' has no attribute 'no_such_name'"):
        meu_data.no_such_name  # noqa: B018
    with pytest.raises(ImportError, match="cannot import name 'no_such_name'"):
        from meu_data.export import no_such_name  # noqa: F401


@pytest.mark.parametrize(
    "imports",
    [
        "import meu_data",
        "import meu_data.{name}",
        "import meu_data.{name}.stage",
        "from meu_data.{name} import stage",
        "from meu_data.{name}.stage import {name}",
        "from meu_data.{name} import {name}",
        "from meu_data import {name}",
        "from meu_data import {name}; import meu_data.{name}.stage",
        "import meu_data; meu_data.{name}; import meu_data.{name}",
        # These import the packages on their way.
        "import meu_data; meu_data.check; meu_data.hydrate",
        "import meu_data.cli",
        "import importlib; importlib.import_module('meu_data.{name}.stage')",
    ],
)
def test_a_function_that_shares_its_name_with_a_package_wins_in_every_order(imports):
    code = "import inspect, sys\n"
    for name in ("evaluate", "export", "hydrate", "report"):
        code += f"""
{imports.format(name=name)}
import meu_data
from meu_data import {name} as function
from meu_data.{name} import stage, {name} as other
assert stage is sys.modules["meu_data.{name}.stage"]
assert inspect.isfunction(function) and function is other is meu_data.{name} is stage.{name}
"""
    python(code)


def test_importing_it_loads_nothing_else():
    loaded = python("import sys; before = {*sys.modules}; import meu_data; print(*{*sys.modules} - before)")
    ours = {name for name in loaded if name.split(".")[0] == "meu_data"}
    assert ours == {
        "meu_data",
        "meu_data.lazy",
        "meu_data.evaluate",
        "meu_data.export",
        "meu_data.hydrate",
        "meu_data.report",
    }
    assert {name.split(".")[0] for name in {*loaded} - ours} <= sys.stdlib_module_names


def test_rewards_need_nothing_but_python():
    loaded = python(
        "import sys; before = {*sys.modules}; from meu_data import rewards; print(*{*sys.modules} - before)"
    )
    assert {name.split(".")[0] for name in loaded} <= sys.stdlib_module_names | {"meu_data"}


@pytest.mark.parametrize(
    ("module", "names"),
    [
        ("motion", ["tvl1", "subtract_head_motion", "mmc_map", "region_motion"]),
        ("rewards", ["accuracy", "format", "au_f1"]),
        ("tables", ["samples", "regions", "drafts", "reviews", "problems"]),
    ],
)
def test_the_stable_names_below_are_there(module, names):
    assert all(inspect.isfunction(getattr(getattr(meu_data, module), name)) for name in names)


@pytest.mark.parametrize("package", ["meu_data", "meu_data.evaluate", "meu_data.export", "meu_data.hydrate"])
def test_type_checkers_are_told_the_same_names(package):
    module = importlib.import_module(package)
    promised = {}
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.If):
            for inner in node.body:
                if isinstance(inner, ast.ImportFrom):
                    home = importlib.import_module(inner.module)
                    promised |= {alias.name: getattr(home, alias.name) for alias in inner.names}
                elif isinstance(inner, ast.Import):
                    promised |= {alias.asname: importlib.import_module(alias.name) for alias in inner.names}
    assert promised == {name: getattr(module, name) for name in module.__all__}


def test_commands_call_what_a_program_calls():
    taken = set()
    for path in (PACKAGE / "commands").glob("*.py"):
        for module, name in imports(path, typing=False):
            if name in NAMES:
                assert module == "meu_data", f"{path.name} imports {name} from {module}"
                taken.add(name)
    assert taken == {*NAMES} - {"tables", "rewards"}


def test_no_stage_goes_through_the_front_door():
    """It names all stages, so that import-linter would not see the arrows that go through it."""
    for path in PACKAGE.rglob("*.py"):
        if path.relative_to(PACKAGE).parts[0] not in ("__init__.py", "commands", "cli.py", "demo.py"):
            taken = {name for module, name in imports(path) if module == "meu_data"}
            assert not taken & {*NAMES} - {"tables", "rewards"}, path


def imports(path: Path, *, typing: bool = True):
    """(module, name) of every `from` import; without `typing`, those of `if TYPE_CHECKING` are left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (typing or node not in skipped):
            yield from ((node.module, alias.name) for alias in node.names)
