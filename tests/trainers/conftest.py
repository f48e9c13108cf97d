"""A small workspace that was drafted and proofread, its exports with their recipes, and what the trainers make of them.

All of it is made once a session and only when a test asks for it.
"""

import json
import os
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from meu_data.cli import app
from meu_data.demo import run_demo
from meu_data.errors import MeuError
from meu_data.export.compatibility import check_recipe, why_not
from meu_data.export.styles import STYLES
from meu_data.progress import Silent
from meu_data.store.workspace import Workspace
from tests.review.builders import make_review, store
from tests.trainers.environments import ROOT, environment

SUBJECTS, CLIPS = 4, 2
# Half of the people are for testing, and no recipe may train on those.
SPLITS = "subjects:0.5,0.5"
PROGRAMS = Path(__file__).parent / "programs"
ENDINGS = {"trl": "py", "llamafactory": "yaml", "ms-swift": "yaml"}
# ms-swift trains by reward as well, but there is no recipe of ours for it: the least that its own parser needs.
SWIFT_GRPO = """\
# run: swift rlhf THIS_FILE
rlhf_type: grpo
model: Qwen/Qwen2.5-VL-7B-Instruct
dataset: {dataset}
split_dataset_ratio: 0.0
reward_funcs: format
per_device_train_batch_size: 2
num_generations: 2
"""


class Exported(NamedTuple):
    """An export and the recipe beside it."""

    out: Path
    recipe: Path

    def rows(self) -> list[dict[str, Any]]:
        """The rows of the training split as pyarrow reads them."""
        (path,) = (path for path in self.out.glob("data/**/*.parquet") if "train" in str(path.relative_to(self.out)))
        return pq.read_table(path).to_pylist()


def has_recipe(style: str, consumer: str) -> bool:
    """Whether a style goes with a trainer and there is a recipe for the two.

    The workspace has no maps of another recipe than its own; rows of such a style are those of `mer` in shape.
    """
    if STYLES[style].recipe is not None:
        return False
    try:
        check_recipe(STYLES[style], consumer, Path(f"recipe.{ENDINGS.get(consumer)}"))
    except MeuError:
        return False
    return why_not(STYLES[style], consumer) is None


@pytest.fixture(scope="session")
def workspace(tmp_path_factory) -> Path:
    """Eight clips with drafts, each of which a person gave another conclusion."""
    folder = tmp_path_factory.mktemp("corpus")
    run_demo(folder, subjects=SUBJECTS, clips=CLIPS, size=(320, 240), lang="en", progress=Silent())
    with Workspace.open(folder / "workspace") as opened:
        for number, sample in enumerate(list(opened.ledger.samples())):
            (draft,) = opened.ledger.drafts(sample.id)
            proof = draft.annotation.model_copy(update={"conclusion": f"A person says: {draft.annotation.emotion}."})
            review = make_review(
                "reader@example.org",
                sample=sample.id,
                annotation_id=number,
                verdict="fixed",
                draft=draft,
                proof=proof,
                edit_distance=0.1,
            )
            store(opened.ledger, review)
    return folder / "workspace"


@pytest.fixture(scope="session")
def exported(workspace, tmp_path_factory) -> Callable[[str, str], Exported]:
    """Runs `meu-data export`, with a recipe where there is one."""
    folder = tmp_path_factory.mktemp("exports 集")

    @cache
    def run(style: str, consumer: str) -> Exported:
        out, recipe = folder / f"{consumer} {style}", folder / f"{consumer} {style}.{ENDINGS.get(consumer)}"
        words = ["export", str(out), "--style", style, "--for", consumer, "--splits", SPLITS]
        words += ["--workspace", str(workspace)]
        if consumer in ENDINGS and has_recipe(style, consumer):
            words += ["--training-out", str(recipe)]
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, done.output
        return Exported(out, recipe)

    return run


@pytest.fixture(scope="session")
def models(tmp_path_factory) -> Path:
    """A folder below which the models that recipes name are found, very small."""
    folder = tmp_path_factory.mktemp("models")
    _run("trl", "tiny_qwen.py", str(folder), folder=folder)
    return folder


@pytest.fixture(scope="session")
def told(exported, models, tmp_path_factory) -> Callable[[str], dict[str, dict[str, Any]]]:
    """What a trainer made of every style that it has a recipe for: by style, what its program in `programs/` says."""

    @cache
    def run(trainer: str) -> dict[str, dict[str, Any]]:
        styles = [style for style in STYLES if has_recipe(style, trainer) and not STYLES[style].inspected]
        recipes = {style: exported(style, trainer).recipe for style in styles}
        if trainer == "ms-swift":
            recipes["unifer-rlvr"] = _swift_grpo(exported("unifer-rlvr", trainer))
        program = f"{trainer.replace('-', '_')}_recipes.py"
        out = tmp_path_factory.mktemp(trainer)
        _run(trainer, program, str(out), *map(str, recipes.values()), folder=models)
        said = json.loads((out / "told.json").read_text(encoding="utf-8"))
        return {style: said[recipe.name] for style, recipe in recipes.items()}

    return run


@pytest.fixture(scope="session")
def inspected(exported, models, tmp_path_factory) -> dict[str, Any]:
    """What two steps of UC-GRPO made of planted answers, see `programs/ucgrpo_steps.py`."""
    recipe, out = exported("actfer-rl", "trl").recipe, tmp_path_factory.mktemp("ucgrpo")
    _run("trl", "ucgrpo_steps.py", str(out), str(recipe), folder=models)
    return json.loads((out / "told.json").read_text(encoding="utf-8"))[recipe.name]


def _swift_grpo(exported: Exported) -> Path:
    (path,) = exported.out.glob("data/train-*.parquet")
    exported.recipe.write_text(SWIFT_GRPO.format(dataset=json.dumps([str(path)])), encoding="utf-8")
    return exported.recipe


def _run(trainer: str, program: str, *words: str, folder: Path) -> None:
    """Runs a program in a trainer's environment: on the CPU, without a network, with no home but `folder`."""
    alone = {"HOME": str(folder), "CUDA_VISIBLE_DEVICES": "", "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT)}
    # Threads cost more than they bring on models as small as these.
    alone["OMP_NUM_THREADS"] = "1"
    command = [str(environment(trainer)), str(PROGRAMS / program), *words]
    done = subprocess.run(
        command, cwd=folder, env=os.environ | alone, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
