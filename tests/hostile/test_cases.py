"""The small inputs of tests/data/hostile that once failed, each with its right behaviour."""

import json

import pytest

from meu_data.checking import check
from meu_data.corpora.dfme import CORPUS
from meu_data.corpora.sheets import Asked, open_table
from meu_data.drafting.providers.base import Reply
from meu_data.drafting.requests.answers import read_answer
from meu_data.errors import MeuError
from meu_data.review.screen.fields import Answers
from meu_data.review.verdicts.reading import AnnotationSource, Shown, read_annotation
from meu_data.store.workspace import Workspace
from tests import ROOT
from tests.drafting.requests.test_answers import asked

CASES = ROOT / "tests" / "data" / "hostile"


@pytest.mark.parametrize(
    ("name", "candidate", "encoding", "subject"),
    [("latin1.csv", "cp1252", "latin-1", "Müller"), ("big5.csv", "big5", "big5", "被試01")],
)
def test_a_doubtful_sheet_is_refused_with_the_candidates_and_read_as_told(name, candidate, encoding, subject):
    with pytest.raises(MeuError, match="say which with --encoding") as refused:
        open_table(CASES / name, CORPUS)
    assert f"{candidate} ({subject!r})" in str(refused.value)
    row = next(open_table(CASES / name, CORPUS, Asked(encoding=encoding)).rows())
    assert subject in row.cells.values()


@pytest.mark.parametrize("name", ["answer_5000_digits.txt", "answer_open_braces_20kB.txt"])
def test_an_answer_of_no_use_costs_its_own_sample(name):
    text = (CASES / name).read_text(encoding="utf-8")
    outcome = read_answer(asked(), Reply(text=text, finish_reason="STOP", usage=None, raw=text))
    assert (outcome.state, outcome.annotation) == ("invalid", None)
    assert outcome.reason


@pytest.mark.parametrize(
    ("name", "told"), [("deep", "nested too deeply"), ("hugeint", "lines such as lang"), ("bom", None)]
)
def test_settings(tmp_path, name, told):
    (tmp_path / "meu.toml").write_bytes((CASES / f"meu.toml.{name}").read_bytes())
    if told is None:
        with Workspace.open(tmp_path, create=True) as workspace:
            assert workspace.settings.recipe == "robust"
        return
    with pytest.raises(MeuError, match=told) as refused:
        Workspace.open(tmp_path, create=True)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["dict.parquet", "list.parquet", "rows.parquet", "sparse.tar"])
def test_an_export_that_would_fill_the_memory_is_told(name):
    """How little memory that takes, tests/checking/test_check_budgets.py looks at."""
    try:
        told = " ".join(check(CASES / name).problems_by_rule)
    except MeuError as refused:
        told = str(refused)
    assert "unreadable" in told or "cannot be read as an export" in told


def annotation(name):
    shown, place = Shown(None), AnnotationSource("dfme/s/c/1", "key", 7, "ann")
    return read_annotation(
        json.loads((CASES / f"annotation_{name}.json").read_bytes()), shown, place, Answers(aus=(), emotions=())
    )


def test_a_time_beyond_all_calendars_is_named():
    with pytest.raises(MeuError, match="no time as the server writes it"):
        annotation("far_date")


def test_a_time_spent_that_no_number_holds_is_not_known():
    assert annotation("huge_lead_time").lead_time_s is None
