"""The built wheel in an empty environment does what the checkout does."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT

UV = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))


def run(*command: object, cwd: Path) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run([*map(str, command)], cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def empty_environment(tmp_path_factory):
    """An environment that holds the wheel and nothing of the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    run(UV, "build", "--quiet", "--wheel", "--out-dir", folder, ROOT, cwd=folder)
    (wheel,) = folder.glob("meu_data-*.whl")
    run(UV, "venv", "--quiet", "--python", sys.executable, folder / "env", cwd=folder)
    run(
        UV, "pip", "install", "--quiet", "--python", folder / "env" / "bin" / "python",
        "--constraint", ROOT / "constraints.txt", f"{wheel}[demo]", cwd=folder,
    )  # fmt: skip
    return folder


def test_the_wheel_carries_guides_and_schemas(empty_environment):
    code = "from meu_data.resources import resource; print(resource('annotation_guides', 'guide_zh.md'))"
    found = run(empty_environment / "env" / "bin" / "python", "-c", code, cwd=empty_environment).strip()
    assert "site-packages" in found


def test_the_wheel_is_healthy_and_runs_the_demo(empty_environment, tmp_path):
    program = empty_environment / "env" / "bin" / "meu-data"
    assert json.loads(run(program, "doctor", "--json", cwd=tmp_path))["healthy"]
    said = json.loads(
        run(program, "demo", "out", "--subjects", 1, "--clips", 1, "--size", "320x240", "--json", cwd=tmp_path)
    )
    assert said["rows"] == 1
    assert (tmp_path / said["parquet"]).is_file()
