"""Exports by a protocol's classes: what is renamed, what is left out and counted, and what is refused."""

import json

import pyarrow.parquet as pq
import pytest

from meu_data.checking.stage import check
from meu_data.errors import MeuError
from meu_data.export import export

MIXED = {"anger": "negative", "happiness": "positive", "surprise": "surprise"}


def rows_of(out):
    return [row for path in sorted(out.glob("data/*.parquet")) for row in pq.read_table(path).to_pylist()]


def test_coarse_classes_are_the_answers_and_the_labels_to_choose_from(corpus, tmp_path):
    corpus.fill({"train": 6})
    for style in ("mer", "unifer-rlvr", "mellm2"):
        out = tmp_path / style
        export(corpus.workspace, out, style=style, classes="casme3-3", source="drafts")
        rows = rows_of(out)
        assert [MIXED[row["provenance"]["corpus_emotion"]] for row in rows] == [row["emotion"] for row in rows]
        assert {row["classes"] for row in rows} == {"casme3-3"}
        question = rows[0]["problem" if style == "unifer-rlvr" else "question"]
        assert all(name in question.casefold() for name in MIXED.values())
        assert "contempt" not in question
        assert check(out).problems == 0


@pytest.mark.parametrize("consumer", ["trl", "verl", "easyr1", "ms-swift", "unifer-json"])
def test_check_knows_the_classes_in_every_format(corpus, tmp_path, consumer):
    corpus.fill({"train": 3})
    export(corpus.workspace, tmp_path / "out", style="unifer-rlvr", format=consumer, classes="megc3", source="drafts")
    assert check(tmp_path / "out").problems == 0


def test_what_is_in_no_class_is_counted_on_card_and_facts(corpus, tmp_path):
    corpus.fill({"train": 6})
    summary = export(corpus.workspace, tmp_path / "out", classes="casme2-5", source="drafts")
    assert summary.left_out == {"outside the classes casme2-5": 2}
    assert {row["emotion"] for row in rows_of(tmp_path / "out")} == {"happiness", "surprise"}
    facts = json.loads((tmp_path / "out" / "export.json").read_text())
    assert (facts["classes"]["name"], facts["classes"]["outside"]) == ("casme2-5", {"anger": 2})
    assert facts["au_readings"] == ["all"]
    card = (tmp_path / "out" / "README.md").read_text()
    assert "`casme2-5`" in card
    assert "2 of anger" in card
    assert "--au-reading all" in card


def test_the_class_of_a_proofread_row_is_that_of_the_persons_emotion(corpus, tmp_path):
    corpus.fill({"train": 3})
    happy, surprised, angry = corpus.samples
    corpus.review(happy)
    corpus.review(surprised, emotion="contempt", conclusion="It is contempt.")
    corpus.review(angry)
    summary = export(corpus.workspace, tmp_path / "out", style="mer", classes="casme3-6")
    assert summary.left_out == {"outside the classes casme3-6": 1}
    assert {row["emotion"] for row in rows_of(tmp_path / "out")} == {"happiness", "anger"}


def test_texts_that_name_the_emotion_do_not_go_with_coarse_classes(corpus, tmp_path):
    corpus.fill({"train": 3})
    with pytest.raises(MeuError, match="take a style without texts: unifer-rlvr, mer, mellm2, megc-vqa"):
        export(corpus.workspace, tmp_path / "out", classes="megc3", source="drafts")
    with pytest.raises(MeuError, match="there is no class set 'megc'; did you mean megc3"):
        export(corpus.workspace, tmp_path / "out", classes="megc", source="drafts")
