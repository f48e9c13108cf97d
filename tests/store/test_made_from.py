"""No version of what makes results may stay the same in silence while its code changes."""

import json
import shutil

import pytest

from meu_data.store.made_from import ANSWER_PARSER, EVIDENCE, FUSED_SOLVER, GROUNDING_RULES, OFFLINE_WRITER, RENDER
from tests import ROOT
from tests.write_pins import FILE, code_sha256, pins, sources, versions

PINNED = json.loads(FILE.read_text(encoding="utf-8"))
PACKAGE = ROOT / "meu_data"


@pytest.mark.parametrize("name", sorted(versions()))
def test_a_version_stands_for_the_code_that_it_was_given_to(name):
    assert PINNED.get(name) == pins()[name], (
        f"the code behind {name} changed: if it gives other results, raise its version in meu_data/store/made_from.py,"
        " so that stored ones become stale; else leave it. Either way run `make pins`"
    )


def test_every_pin_has_a_version():
    assert PINNED.keys() == versions().keys()


@pytest.mark.parametrize(
    ("version", "among", "not_among"),
    [
        (GROUNDING_RULES, ["grounding/claims.py", "grounding/flags.py", "face/emotions.py"], ["grounding/evidence.py"]),
        (EVIDENCE, ["grounding/evidence.py", "face/aus.py", "face/regions.py"], ["grounding/claims.py"]),
        (OFFLINE_WRITER, ["drafting/offline/phrases_zh.py", "grounding/evidence.py"], ["records.py"]),
        (ANSWER_PARSER, ["drafting/requests/answers.py", "face/regions.py"], ["drafting/online/pool.py"]),
        (FUSED_SOLVER, ["motion/tvl1_fused.py", "motion/tvl1_kernels.py"], ["motion/flow.py"]),
        (RENDER, ["motion/colour_map.py", "motion/region_motion.py"], ["motion/tvl1_kernels.py"]),
    ],
)
def test_the_code_behind_a_version(version, among, not_among):
    found = {path.relative_to(PACKAGE).as_posix() for path in sources(PACKAGE, version)}
    assert set(among) <= found
    assert not found & set(not_among)


@pytest.fixture
def copied(tmp_path):
    return shutil.copytree(PACKAGE, tmp_path / "meu_data", ignore=shutil.ignore_patterns("__pycache__"))


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ('"serious": 0.7', '"serious": 0.6', True),
        ("round(math.prod(", "round(math.fsum(", True),
        ("# What is left of the score after a flag.\n", "", False),
        ('"""Grounding: how', '"""How', False),
        ("    flags = worst_first(", "\n    flags = (worst_first)(", False),
        ("import math\n", "import math\nimport os\n", False),
    ],
)
def test_what_a_hash_sees(copied, old, new, changes):
    path = copied / "grounding" / "ground.py"
    text = path.read_text(encoding="utf-8")
    assert old in text
    before = code_sha256(copied, sources(copied, GROUNDING_RULES))
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert (code_sha256(copied, sources(copied, GROUNDING_RULES)) != before) == changes


def test_a_function_may_move(copied):
    rules, flags = copied / "grounding" / "ground.py", copied / "grounding" / "flags.py"
    before = code_sha256(copied, sources(copied, GROUNDING_RULES))
    head, moved = rules.read_text(encoding="utf-8").split("\n\n\ndef _score(")
    rules.write_text(head + "\n", encoding="utf-8")
    flags.write_text(f"{flags.read_text(encoding='utf-8')}\n\ndef _score({moved}", encoding="utf-8")
    assert code_sha256(copied, sources(copied, GROUNDING_RULES)) == before


def test_a_data_file_counts(copied):
    (copied / "language" / "words.toml").write_text("a = 1\n")
    before = code_sha256(copied, sources(copied, GROUNDING_RULES))
    (copied / "language" / "words.toml").write_text("a = 2\n")
    assert code_sha256(copied, sources(copied, GROUNDING_RULES)) != before
