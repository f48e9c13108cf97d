"""Exports that others wrote in these formats: what can be checked is, and what cannot is said."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from meu_data.checking import check
from meu_data.errors import MeuError
from tests.export.conftest import png

IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
LABELS = "anger, disgust, fear, happiness, sadness, surprise, neutral"
FER = (
    "As an expert in facial expression recognition, which expression is most prominent in this image? Please select "
    f"your answer from the following candidate labels: {LABELS}. Provide your detailed reasoning between the "
    "<think></think> tags, and then give your final answer between the <answer></answer> tags."
)


def cot(label="neutral"):
    return f"<think>Nothing moves.</think>\n<answer>{label}</answer>"


def findings(path):
    return [(one.row, one.rule, one.wrong) for one in check(path).findings]


def lines(path, rows):
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_unifers_own_file_without_the_pictures(tmp_path):
    rows = [{"image_path": f"RAF-DB/{n}.jpg", "question": FER, "response": cot()} for n in range(3)]
    path = tmp_path / "UniFER_CoT_230K.json"
    path.write_text(json.dumps(rows, indent=4), encoding="utf-8")
    summary = check(path)
    assert summary.findings == ()
    assert summary.rows == {"UniFER_CoT_230K": 3}
    assert (summary.verified["format"], summary.verified["label"]) == (3, 3)
    assert "picture: none of the 3 that rows name by a path is here" in summary.not_checked
    assert any(line.startswith("aus: ") for line in summary.not_checked)


def test_the_labels_of_a_foreign_row_are_those_it_offers(tmp_path):
    rows = [{"image_path": "1.jpg", "question": FER, "response": cot(label)} for label in ("neutral", "contempt")]
    path = tmp_path / "a.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    assert findings(path) == [
        (2, "label", "the answer 'contempt' is none of anger, disgust, fear, happiness, neutral, sadness, surprise")
    ]


def test_some_pictures_that_are_missing_among_others_are_faults(tmp_path):
    (tmp_path / "1.png").write_bytes(png(1))
    rows = [{"image_path": f"{n}.png", "question": FER, "response": cot()} for n in range(3)]
    path = tmp_path / "a.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    assert findings(path) == [
        (1, "picture", "0.png: there is no such file"),
        (3, "picture", "2.png: there is no such file"),
    ]


def test_pictures_behind_an_address_are_not_fetched(tmp_path):
    rows = [{"image": "https://example.org/1.png", "conversations": llava("<image>\nWho?", "He.")}]
    summary = check(lines(tmp_path / "a.jsonl", rows))
    assert summary.findings == ()
    assert summary.pictures == 0


def llava(asked, told):
    return [{"from": "human", "value": asked}, {"from": "gpt", "value": told}]


def test_llavas_conversations_with_numbers_for_ids(tmp_path):
    rows = [{"id": n, "image": ["1.png", "2.png"], "conversations": llava("<image><image>Who?", "He.")} for n in (1, 1)]
    for name in ("1.png", "2.png"):
        (tmp_path / name).write_bytes(png(1))
    summary = check(lines(tmp_path / "a.jsonl", rows))
    assert [(one.row, one.rule, one.id) for one in summary.findings] == [(2, "id", "1")]
    assert summary.pictures == 4


def test_ferbench(tmp_path):
    rows = [
        {"image_path": f"{n}.jpg", "true_label": label, "prompt": FER, "candidate_labels": LABELS.split(", ")}
        for n, label in enumerate(("anger", "Anger"))
    ]
    assert [(row, rule) for row, rule, _ in findings(lines(tmp_path / "a.jsonl", rows))] == [(2, "label")]
    rows = [rows[0] | {"candidate_labels": LABELS}, rows[0] | {"candidate_labels": [1]}]
    assert [(row, rule) for row, rule, _ in findings(lines(tmp_path / "b.jsonl", rows))] == [(2, "schema")]


# How FERBench's four sets spell their labels (github.com/zfkarl/UniFER, eval_*/data/*_qa.json).
FERBENCH = {
    "affectnet": "neutral, happiness, sadness, surprise, fear, disgust, anger, contempt",
    "ferplus": "angry, contempt, disgust, fear, happy, neutral, sad, surprise",
    "rafdb": "surprise, fear, disgust, happiness, sadness, anger, neutral",
    "sfew": "angry, disgust, fear, happy, neutral, sad, surprise",
}


@pytest.mark.parametrize(("name", "labels"), FERBENCH.items())
@pytest.mark.parametrize("here", [False, True], ids=["elsewhere", "here"])
def test_paths_of_ferbench_begin_with_a_slash(tmp_path, name, labels, here):
    if here:
        (tmp_path / "test").mkdir()
        (tmp_path / "test/1.png").write_bytes(png(1))
    row = {"image_path": f"/{name}/test/1.png", "prompt": FER.replace(LABELS, labels)}
    rows = [row | {"true_label": label, "candidate_labels": labels.split(", ")} for label in labels.split(", ")]
    path = tmp_path / f"{name}_qa.json"
    path.write_text(json.dumps(rows, indent=4), encoding="utf-8")
    summary = check(path)
    assert summary.findings == ()
    assert summary.pictures == (len(rows) if here else 0)


# Lines in the shape of the challenge's files, with its names of units; the clips are made up.
MEGC_LINES = [
    ("What is the coarse expression class?", "negative"),
    ("What is the fine-grained expression class?", "anger"),
    ("What are the action units?", "lid tightener, eye closure, nostril dilater, nostril compress"),
    ("Is the action unit eye closure located on the left or right face?", "left"),
    ("Is the action unit nostril dilater shown on the face?", "yes"),
    ("Is the action unit tilt right shown on the face?", "no"),
    ("Is the action unit eyes left shown on the face?", "no"),
    # The files of 2026 put the question of the analysis where this answer stood, 71 times.
    ("Please analyse the micro-expression shown in this video in detail.", "no"),
    ("Provide a detailed analysis of the micro-expression observed in this clip.", "Anger, by a lid tightener."),
    (
        "What are the action units present, and based on them, what is the fine-grained expression and the coarse "
        "expression class?",
        "The action units present are: lid tightener, eye closure, nostril dilater, nostril compress. Therefore, the "
        "fine-grained expression class is anger, and the coarse expression class is negative.",
    ),
]


def test_the_challenges_own_names_are_no_faults(tmp_path):
    clip = {"dataset": "samm", "image_id": "099_1_1", "subject": "99", "filename": "099_1_1"}
    rows = [
        {"id": f"samm_099_1_1_{number}", **clip, "question": question, "answer": answer}
        for number, (question, answer) in enumerate(MEGC_LINES, start=1)
    ]
    summary = check(lines(tmp_path / "samm.jsonl", rows))
    assert summary.findings == ()
    assert summary.verified["label"] == 3
    assert summary.verified["aus"] == 6


SOUND = dict(MEGC_LINES)
FINE, COARSE = "What is the fine-grained expression class?", "What is the coarse expression class?"
UNITS, DILATER = "What are the action units?", "Is the action unit nostril dilater shown on the face?"
ALL = MEGC_LINES[-1][0]
# By what was changed in one of the answers above: the rules, a row that shows it, and what is said there.
FLIPPED = {
    "yes to no": ({DILATER: "no"}, ["aus"], 5, "AU38 is denied, the units of this clip are AU7, AU38, AU39, AU43"),
    "no to yes": (
        {"Is the action unit tilt right shown on the face?": "yes"},
        ["aus"],
        6,
        "AU56 is asked about as shown, the units of this clip are AU7",
    ),
    "fine against coarse": (
        {FINE: "happiness", ALL: SOUND[ALL].replace("anger", "happiness").replace("negative", "positive")},
        ["label", "label"],
        2,
        "the fine-grained class is 'happiness' and the coarse class 'negative'",
    ),
    "a conclusion of another class": (
        {ALL: SOUND[ALL].replace("anger", "disgust")},
        ["label"],
        10,
        "the fine-grained class is 'disgust', a row before says 'anger'",
    ),
    "a conclusion of other units": (
        {ALL: SOUND[ALL].replace("lid tightener, ", "")},
        ["aus"],
        10,
        "the answer names AU38, AU39, AU43, a row before AU7, AU38, AU39, AU43",
    ),
    "a side of a unit that is not there": (
        {
            UNITS: "lid tightener, nostril dilater",
            ALL: SOUND[ALL].replace("eye closure, ", "").replace("nostril compress", ""),
        },
        ["aus"],
        4,
        "AU43 is asked about as shown",
    ),
}


@pytest.mark.parametrize(("changes", "rules", "row", "said"), FLIPPED.values(), ids=FLIPPED)
def test_a_clips_answers_are_held_against_each_other(tmp_path, changes, rules, row, said):
    clip = {"dataset": "samm", "image_id": "099_1_1", "subject": "99", "filename": "099_1_1"}
    rows = [
        {"id": f"{number}", **clip, "question": question, "answer": changes.get(question, answer)}
        for number, (question, answer) in enumerate(MEGC_LINES, start=1)
    ]
    # Another clip may differ.
    rows += [rows[4] | {"id": "other", "image_id": "098_1_1", "answer": "no"}]
    found = findings(lines(tmp_path / "samm.jsonl", rows))
    assert {rule for _, rule, _ in found} == set(rules)
    assert said in next(wrong for place, _, wrong in found if place == row)


def test_answers_of_a_clip_are_compared_whatever_their_order(tmp_path):
    clip = {"dataset": "samm", "image_id": "099_1_1"}
    asked = [(DILATER, "no"), (UNITS, SOUND[UNITS]), ("Is the action unit tilt right shown on the face?", "no")]
    rows = [{"id": str(n), **clip, "question": one, "answer": answer} for n, (one, answer) in enumerate(asked)]
    assert [one[:2] for one in findings(lines(tmp_path / "samm.jsonl", rows))] == [(2, "aus")]


# As in the challenge's files for long videos of 2026 (github.com/MEGC2026/megc2026.github.io, files, and
# github.com/KeiraLalala, Q&A_jsonl); the names are made up.
LONG = [
    ("How many expression events appear in this video?", 3),
    ("How many micro-expression events appear in this video?", 1),
    ("How many macro-expression events appear in this video?", 2),
    ("What distinct action units appear in this video?", "brow lowerer, eye closure"),
    ("What is the expression type of the 2-th expression event in this video?", "micro-expression"),
]


@pytest.mark.parametrize("filled", [False, True], ids=["blank", "filled in"])
def test_the_files_of_long_videos_are_read(tmp_path, filled):
    rows = [
        {"video_id": f"cas_1_{number}", "video": "1_001_2", "question": question, "answer": answer if filled else ""}
        for number, (question, answer) in enumerate(LONG, start=1)
    ]
    summary = check(lines(tmp_path / "me_lvqa_casme3_test_to_answer.jsonl", rows))
    assert (summary.findings, sum(summary.rows.values())) == ((), 5)


@pytest.mark.parametrize("answer", [True, 2.5, None, ["3"]])
def test_an_answer_is_a_text_or_a_number_of_events(tmp_path, answer):
    row = {"video_id": "cas_1_1", "video": "1_001_2", "question": LONG[0][0], "answer": answer}
    assert [rule for _, rule, _ in findings(lines(tmp_path / "samm.jsonl", [row]))] == ["schema"]


def test_the_challenges_own_lines(tmp_path):
    line = {"id": "casme_s15_1", "dataset": "casme", "image_id": "s15", "subject": "sub15", "filename": "EP02"}
    asked = [
        ("What is the coarse expression class?", "negative"),
        ("What is the fine-grained expression class?", "repression"),
        ("What are the action units?", "brow lowerer, lid tightener"),
        ("Is the action unit brow lowerer shown on the face?", "yes"),
        ("Is the action unit lid tightener located on the left or right face?", "left"),
        ("What is the action unit?", "frown"),
    ]
    rows = [line | {"id": f"{n}", "question": question, "answer": answer} for n, (question, answer) in enumerate(asked)]
    assert [(row, rule) for row, rule, _ in findings(lines(tmp_path / "casme.jsonl", rows))] == [(6, "aus")]


def test_the_challenges_blank_file_and_its_submission(tmp_path):
    blank = {"video_id": "casme3_test_1_1", "video": "1", "question": "What is the coarse expression class?"}
    path = tmp_path / "me_vqa_casme3_test_to_answer.jsonl"
    summary = check(lines(path, [blank | {"answer": ""}]))
    assert (summary.findings, summary.rows) == ((), {"test": 1})
    filled = lines(tmp_path / "me_vqa_casme3_test_pred.jsonl", [blank | {"answer": "awful"}])
    assert [(row, rule) for row, rule, _ in findings(filled)] == [(1, "label")]


def message(role, content):
    return {"role": role, "content": content}


def test_messages_without_any_placeholder_are_for_trl_or_ms_swift(tmp_path):
    (tmp_path / "1.png").write_bytes(png(1))
    row = {"images": ["1.png"], "messages": [message("user", "Who?"), message("assistant", "He.")]}
    summary = check(lines(tmp_path / "a.jsonl", [row] * 3))
    assert summary.findings == ()
    assert "tags: no text has <image>, which ms-swift and TRL read and LLaMA-Factory does not" in summary.not_checked
    tagged = row | {"messages": [message("user", "<image>Who?"), message("assistant", "He.")]}
    assert [one[:2] for one in findings(lines(tmp_path / "b.jsonl", [row, tagged, row]))] == [(1, "tags"), (3, "tags")]


def test_trls_blocks(tmp_path):
    content = [{"type": "image"}, {"type": "text", "text": "Who?"}]
    row = {"images": ["1.png"], "prompt": [message("user", content)], "completion": [message("assistant", "He.")]}
    (tmp_path / "1.png").write_bytes(png(1))
    assert findings(lines(tmp_path / "a.jsonl", [row])) == []
    assert [one[:2] for one in findings(lines(tmp_path / "b.jsonl", [row | {"images": []}]))] == [(1, "tags")]


def test_trls_plain_texts(tmp_path):
    row = {"prompt": "Who?", "completion": "He."}
    assert findings(lines(tmp_path / "a.jsonl", [row])) == []
    assert [one[:2] for one in findings(lines(tmp_path / "b.jsonl", [row, row | {"completion": ""}]))] == [
        (2, "schema")
    ]


def test_a_preference_set_in_llama_factorys_and_ms_swifts_columns(tmp_path):
    asked = [message("user", "Who?")]
    pair = {"messages": asked, "chosen": message("assistant", "He."), "rejected": message("assistant", "He.")}
    swift = {"messages": [*asked, message("assistant", "He.")], "rejected_response": "He."}
    for name, row in (("a.jsonl", pair), ("b.jsonl", swift)):
        assert [one[:2] for one in findings(lines(tmp_path / name, [row]))] == [(1, "preference")]


def test_several_calls_at_once_are_answered_in_their_order(tmp_path):
    call = {"type": "function", "function": {"name": "look", "arguments": "{}"}}
    turns = [
        message("user", "Who?"),
        {"role": "assistant", "content": None, "tool_calls": [call, call]},
        message("tool", "a"),
        message("tool", "b"),
        message("assistant", "He."),
    ]
    row = {"messages": turns, "tools": [{"type": "function", "function": {"name": "look"}}]}
    assert findings(lines(tmp_path / "a.jsonl", [row])) == []
    short = row | {"messages": turns[:3] + turns[4:]}
    assert [one[:2] for one in findings(lines(tmp_path / "b.jsonl", [short]))] == [(1, "tools")]


def test_a_bare_parquet(tmp_path):
    rows = [{"images": [{"bytes": png(1), "path": None}], "question": FER, "response": cot()}]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "train.parquet")
    assert [one[:2] for one in findings(tmp_path / "train.parquet")] == [(None, "footer")]


@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary(), pa.list_(IMAGE), IMAGE, pa.large_list(IMAGE)])
def test_pictures_in_columns_of_other_types(tmp_path, kind):
    cell = {"bytes": png(1), "path": "1.png"}
    value = png(1) if "binary" in str(kind) and "struct" not in str(kind) else [cell] if "list" in str(kind) else cell
    rows = pa.table({"image": pa.array([value], kind), "question": [FER], "response": [cot()]})
    pq.write_table(rows, tmp_path / "train.parquet")
    summary = check(tmp_path / "train.parquet")
    assert summary.pictures == 1
    assert {one.rule for one in summary.findings} <= {"footer"}


def test_a_folder_with_settings_beside_its_rows(tmp_path):
    (tmp_path / "config.json").write_text('{\n "a": 1\n}', encoding="utf-8")
    lines(tmp_path / "train.json", [{"question": FER, "response": cot()}] * 2)
    summary = check(tmp_path)
    assert (summary.files, summary.rows, summary.findings) == (1, {"train": 2}, ())


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("train-00000-of-00001.parquet", "train"),
        ("train.v1-00000-of-00001.parquet", "train.v1"),
        ("test-00000-of-00001-0123456789abcdef.parquet", "test"),
        ("validation.parquet", "validation"),
        ("me_vqa_dfme_testA.jsonl", "testA"),
        ("me_vqa_dfme_testA_pred.jsonl", "testA"),
    ],
)
def test_the_split_of_a_row_that_does_not_tell_it_is_the_files(tmp_path, name, split):
    rows = [{"question": "Who?", "answer": "He."}]
    if name.endswith("parquet"):
        pq.write_table(pa.Table.from_pylist(rows), tmp_path / name)
    else:
        lines(tmp_path / name, rows)
    assert check(tmp_path / name).rows == {split: 1}


def test_a_workspace_is_no_export(corpus):
    corpus.fill({"train": 1})
    with pytest.raises(MeuError, match="is no export"):
        check(corpus.workspace.root)
