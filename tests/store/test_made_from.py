"""No version of what makes results may stay the same in silence while its code changes."""

import json

import pytest

from meu_data.store.made_from import (
    ANSWER_PARSER,
    EVIDENCE,
    FUSED_SOLVER,
    GROUNDING_RULES,
    OFFLINE_WRITER,
    RENDER,
    MadeFrom,
)
from tests import ROOT
from tests.write_pins import FILE, code_sha256, pins, sources, versions

PINNED = json.loads(FILE.read_text(encoding="utf-8"))
PACKAGE, CURRENT = ROOT / "meu_data", pins()


@pytest.mark.parametrize("name", sorted(versions()))
def test_a_version_stands_for_the_code_that_it_was_given_to(name):
    assert PINNED.get(name) == CURRENT[name], (
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
        (RENDER, ["motion/colour_map.py", "motion/regions.py"], ["motion/tvl1_kernels.py"]),
    ],
)
def test_the_code_behind_a_version(version, among, not_among):
    found = {path.relative_to(PACKAGE).as_posix() for path in sources(PACKAGE, version)}
    assert set(among) <= found
    assert not found & set(not_among)


RULES = """\"\"\"Rules.\"\"\"

import math

from meu_data.records import Region
from meu_data.words import said

# What is left after a flag.
KEEPS = {"serious": 0.7, "minor": 0.9}


def score(flags):
    \"\"\"The share that is left.\"\"\"
    return round(math.prod(KEEPS[flag] for flag in flags), 4)


def sentence(flag):
    return f"{said(flag)}: {KEEPS[flag]:.1f}"
"""
RECORDS = """LEAST = 0.5
MOST = 0.9


class Region:
    coherence: float

    def coherent(self):
        return self.coherence >= LEAST


class Review:
    comment: str
"""
VERSION = MadeFrom(1, ("rules",))


@pytest.fixture
def package(tmp_path):
    (tmp_path / "rules.py").write_text(RULES, encoding="utf-8")
    (tmp_path / "words.py").write_text("def said(flag):\n    return flag\n", encoding="utf-8")
    (tmp_path / "words.toml").write_text("serious = 1\n", encoding="utf-8")
    (tmp_path / "records.py").write_text(RECORDS, encoding="utf-8")
    (tmp_path / "apart.py").write_text("X = 1\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "old", "new", "changes"),
    [
        ("rules.py", '"serious": 0.7', '"serious": 0.6', True),
        ("rules.py", "math.prod", "math.fsum", True),
        ("rules.py", ":.1f", ":.2f", True),
        ("rules.py", "{said(flag)}: ", "{said(flag)} - ", True),
        ("words.py", "return flag", "return flag.title()", True),
        ("words.toml", "1", "2", True),
        ("records.py", "LEAST = 0.5", "LEAST = 0.4", True),
        ("records.py", "coherence: float", "coherence: int", True),
        ("records.py", "MOST = 0.9", "MOST = 0.8", False),
        ("records.py", "comment: str", "comment: str | None", False),
        ("rules.py", "# What is left after a flag.\n", "", False),
        ("rules.py", '"""Rules."""', '"""Other words."""', False),
        ("rules.py", '    """The share that is left."""\n', "", False),
        ("rules.py", "return round(", "return (round)(", False),
        ("rules.py", "import math\n", "import os\nimport math\n", False),
        ("apart.py", "1", "2", False),
    ],
)
def test_what_a_hash_sees(package, file, old, new, changes):
    before = code_sha256(package, VERSION)
    text = (package / file).read_text(encoding="utf-8")
    assert old in text
    (package / file).write_text(text.replace(old, new), encoding="utf-8")
    assert (code_sha256(package, VERSION) != before) == changes


def test_a_function_may_move_to_another_file(package):
    before = code_sha256(package, VERSION)
    rest, moved = RULES.split("\n\ndef sentence(")
    (package / "rules.py").write_text(f"{rest}\nfrom meu_data.texts import sentence\n", encoding="utf-8")
    texts = f"from meu_data.words import said\n\n\ndef sentence({moved}"
    (package / "texts.py").write_text(texts, encoding="utf-8")
    assert code_sha256(package, VERSION) == before
