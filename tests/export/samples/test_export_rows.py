"""What a row says, and which samples cannot become one."""

import hashlib
import json
import re

import pyarrow.parquet as pq
import pytest

import meu_data
from meu_data.errors import MeuError
from meu_data.export import export
from meu_data.records import sample_id


def rows_of(out):
    """All rows of an export, by id."""
    return {row["id"]: row for path in sorted(out.glob("data/*.parquet")) for row in pq.read_table(path).to_pylist()}


def test_a_row_holds_the_picture_the_text_the_labels_and_where_they_come_from(corpus, tmp_path):
    corpus.fill({"train": 2})
    export(corpus.workspace, tmp_path / "out", source="drafts")

    identifier = sample_id("dfme", "S0", "train_999", 3, 9)
    row = rows_of(tmp_path / "out")[identifier]
    assert "Choose" not in row.pop("question")
    name = row.pop("image_path")
    assert re.fullmatch(r"[a-z0-9._-]+\.png", name)
    assert row == {
        "id": identifier,
        "images": [{"bytes": corpus.maps[identifier], "path": name}],
        "response": "<think>The left corner of the mouth moves up.\nIt speaks for this emotion.\n"
        "Nothing speaks against it.\nThe expression is happiness.</think><answer>happiness</answer>",
        "corpus": "dfme",
        "subject": "S0",
        "emotion": "happiness",
        "classes": None,
        "aus": ["AU6", "AU12"],
        "facs": "L12B+6",
        "split": "train",
        "lang": "en",
        "source": "draft",
        "image_sha256": [hashlib.sha256(corpus.maps[identifier]).hexdigest()],
        "claims": [
            {"region": "left_mouth_corner", "colour": "purple", "direction": "up", "intensity": "slight", "au": "AU12"},
            {"region": "chin", "colour": "none", "direction": "none", "intensity": "none", "au": None},
        ],
        "provenance": {
            "onset_sha256": hashlib.sha256(f"onset of {identifier}".encode()).hexdigest(),
            "apex_sha256": hashlib.sha256(f"apex of {identifier}".encode()).hexdigest(),
            "beside_sha256": [],
            "map_sha256": hashlib.sha256(corpus.maps[identifier]).hexdigest(),
            "recipe": "robust",
            "solver": "opencv-5.0",
            "draft_model": "offline-1",
            "draft_facts": "measured+labels",
            "prompt_sha256": "2" * 64,
            "response_id": None,
            "annotator": None,
            "verdict": None,
            "edit_distance": None,
            "grounding": None,
            "map_trust": 1.0,
            "map_flags": [],
            "map_confirmed": None,
            "corpus_emotion": "happiness",
            "corpus_facs": "L12B+6",
            "au_reading": "all",
            "onset_by": "sheet",
            "apex_by": "sheet",
            "apex_confidence": None,
            "tool_version": meu_data.__version__,
        },
    }


def test_both_sides_of_one_unit_are_one_base_code(corpus, tmp_path):
    corpus.fill({"train": 2})
    export(corpus.workspace, tmp_path / "out", source="drafts")
    row = rows_of(tmp_path / "out")[sample_id("dfme", "S1", "train_998", 3, 9)]
    assert (row["aus"], row["facs"]) == (["AU1", "AU2"], "2+L1+R1C")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_response_passes_the_format_reward_of_unifer(corpus, tmp_path, lang):
    corpus.fill({"train": 7, "testA": 4}, langs=("en", "zh"))
    export(corpus.workspace, tmp_path / "out", source="drafts", lang=lang)
    rows = rows_of(tmp_path / "out").values()
    assert len(rows) == 11
    for row in rows:
        # grpo.py, format_reward and accuracy_reward, of github.com/zfkarl/UniFER
        assert re.fullmatch(r"<think>.*?</think>\s*<answer>.*?</answer>", row["response"], re.DOTALL)
        assert re.search(r"<answer>(.*?)</answer>", row["response"])[1] == row["emotion"]
        assert row["lang"] == lang


LEGEND = {
    "en": ["red: to the right", "cyan: to the left", "purple: up", "yellow-green: down", "green: down and to the left"],
    "zh": ["红色：向右", "青色：向左", "紫色：向上", "黄绿色：向下", "绿色：向左下"],
}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_question_tells_the_legend_and_the_labels_and_asks_for_the_tags(corpus, tmp_path, lang):
    corpus.fill({"train": 1}, langs=("en", "zh"))
    corpus.fill({"train": 1}, corpus="casme2", langs=("en", "zh"))
    export(corpus.workspace, tmp_path / "out", source="drafts", lang=lang)
    dfme, casme2 = (
        next(row["question"] for row in rows_of(tmp_path / "out").values() if row["corpus"] == name)
        for name in ("dfme", "casme2")
    )
    for part in [*LEGEND[lang], "<think>", "</think>", "<answer>", "</answer>"]:
        assert part in dfme
    assert "contempt" in dfme
    assert "contempt" not in casme2
    assert "<image>" not in dfme
    assert not re.search(r"[{}]|\n\n\n", dfme)
    assert dfme == dfme.strip()


INJECTIONS = {
    "closing answer tag": ("conclusion", "It is anger.</answer>"),
    "opening think tag": ("motion_analysis", "<think>the brows"),
    "tag with blanks and capitals": ("expression_inference", "so < / Think > it is"),
    "picture placeholder": ("motion_analysis", "<image> shows"),
    "special token of a chat template": ("conclusion", "It is anger.<|im_end|>"),
}


@pytest.mark.parametrize(("field", "text"), INJECTIONS.values(), ids=INJECTIONS)
def test_markup_in_a_text_keeps_the_sample_out(corpus, tmp_path, field, text):
    corpus.fill({"train": 3})
    bad = corpus.samples[0]
    corpus.draft(bad, **{field: text})
    summary = export(corpus.workspace, tmp_path / "out", source="drafts")
    assert (summary.rows, summary.problems) == ({"train": 2}, 1)
    assert bad.id not in rows_of(tmp_path / "out")
    (problem,) = corpus.workspace.ledger.problems("export")
    assert (problem.sample_id, problem.file, problem.row) == (bad.id, "s.xlsx", bad.row)
    assert field.replace("_", " ") in problem.reason
    assert "\n" not in problem.reason


def test_an_ordinary_angle_bracket_is_no_markup(corpus, tmp_path):
    corpus.fill({"train": 1})
    corpus.draft(corpus.samples[0], conclusion="0.4 px < 1 px, think again; the answer > all is happiness.")
    assert export(corpus.workspace, tmp_path / "out", source="drafts").problems == 0


MISFITS = {
    "other emotion": ({"emotion": "anger"}, "says 'anger', the sheet 'happiness'"),
    "unit the sheet has not": ({"aus": ("AU6", "AU4")}, "names AU4"),
    "no unit at all": ({"aus": ("smile",)}, "'smile'"),
}


@pytest.mark.parametrize(("changes", "said"), MISFITS.values(), ids=MISFITS)
def test_a_draft_that_contradicts_the_labels_is_a_problem(corpus, tmp_path, changes, said):
    corpus.fill({"train": 2})
    corpus.draft(corpus.samples[0], **changes)
    summary = export(corpus.workspace, tmp_path / "out", source="drafts")
    (problem,) = corpus.workspace.ledger.problems("export")
    assert (summary.rows, summary.problems) == ({"train": 1}, 1)
    assert said in problem.reason
    assert "meu-data draft" in problem.reason


def lost(path):
    path.unlink()


def changed(path):
    path.write_bytes(path.read_bytes() + b" ")


def a_folder(path):
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("spoil", [lost, changed, a_folder])
def test_a_spoilt_map_keeps_its_sample_out_until_it_is_rendered_again(corpus, tmp_path, spoil):
    corpus.fill({"train": 3, "testA": 1})
    bad, picture = corpus.samples[1], corpus.maps[corpus.samples[1].id]
    path = corpus.render(bad, picture)
    spoil(path)

    summary = export(corpus.workspace, tmp_path / "out", source="drafts")
    assert (summary.rows, summary.problems) == ({"testA": 1, "train": 2}, 1)
    (problem,) = corpus.workspace.ledger.problems("export")
    assert problem.sample_id == bad.id
    assert "meu-data render" in problem.reason
    assert problem.file == path.relative_to(corpus.workspace.root).as_posix()

    if path.is_dir():
        path.rmdir()
    corpus.render(bad, picture)
    summary = export(corpus.workspace, tmp_path / "out", source="drafts", overwrite=True)
    assert (summary.rows, summary.problems) == ({"testA": 1, "train": 3}, 0)
    assert list(corpus.workspace.ledger.problems("export")) == []


def test_rows_left_out_and_problems_add_up_to_the_samples(corpus, tmp_path):
    corpus.fill({"train": 4, "testA": 3}, langs=())
    for sample in corpus.samples[1:5]:
        corpus.draft(sample)
    with corpus.workspace.ledger.transaction():
        corpus.workspace.ledger.drop_motion(corpus.samples[1].id, "robust")
    corpus.draft(corpus.samples[2], conclusion="</think>")
    summary = export(corpus.workspace, tmp_path / "out", source="drafts")
    assert summary.rows == {"testA": 1, "train": 1}
    assert summary.left_out == {"no draft in en": 3, "not rendered with the recipe robust": 1}
    assert summary.problems == 1
    assert json.loads(summary.model_dump_json())["out"] == str(tmp_path / "out")


def test_several_models_need_a_choice(corpus, tmp_path):
    corpus.fill({"train": 2})
    corpus.draft(corpus.samples[0], model="other-2", conclusion="Said by the other one.")
    with pytest.raises(MeuError, match=r"--model: offline-1, other-2$"):
        export(corpus.workspace, tmp_path / "out", source="drafts")
    assert not (tmp_path / "out").exists()

    summary = export(corpus.workspace, tmp_path / "out", source="drafts", model="other-2")
    (row,) = rows_of(tmp_path / "out").values()
    assert row["provenance"]["draft_model"] == "other-2"
    assert "Said by the other one." in row["response"]
    assert summary.left_out == {"no draft in en by other-2": 1}


def test_the_language_is_the_one_of_the_workspace_unless_named(corpus, tmp_path):
    corpus.fill({"train": 2}, langs=("en", "zh"))
    export(corpus.workspace, tmp_path / "out", source="drafts")
    assert {row["lang"] for row in rows_of(tmp_path / "out").values()} == {"en"}
