"""The words of the papers' own files, each held against the authors' text as it stands in their repositories."""

import json
import re

import pyarrow.parquet as pq
import pytest

from meu_data.errors import MeuError
from meu_data.export import export
from meu_data.export.styles import WORDED, choose_style
from meu_data.export.styles.authors_text import MEGC_POOL
from meu_data.export.styles.megc_vqa import questions
from meu_data.face.au_notation import parse_aus
from meu_data.records import Claim, Sample
from tests.export.faces import measured


def rows_of(corpus, out, **options):
    export(corpus.workspace, out, **{"source": "drafts"} | options)
    return [row for path in sorted(out.glob("data/*.parquet")) for row in pq.read_table(path).to_pylist()]


# github.com/zyzhangUstc/mellmv1-base-on-Qwen2.5vl-7B-, main.py (68cfab2b), the literal `prompt` less "<image>".
MELLM_PROMPT = "这是一个人脸图像，叠加了微表情的可视化光流图。在此图像中，每个面部区域的颜色表示运动的方向，亮度表示运动的幅度。颜色到方向的映射如下：\n向上：紫色\n右上：品红色，粉红色\n向右：红色\n右下：橙黄色\n向下：黄绿色\n左下：绿色\n向左：青色\n左上：蓝色\n你需要按以下步骤进行分析：\n视觉检查：仔细观察颜色块在不同面部区域的分布。排除整体头部运动和亮度较低（运动较弱）的区域。仅关注明显的局部运动单元。识别每个关键区域的颜色、相应的运动方向和运动强度。并基于特定面部区域的运动方向和幅度，推断图像中涉及的面部动作单元 (AUs)。\n表情推理：结合上下文信息，并根据识别出的面部动作单元 (AUs) 及其组合，推理出人脸所表达的微表情。\n最终结论：请总结分析结果，明确列出推断出的面部动作单元 (AUs) 以及最终推断的微表情。"  # noqa: E501
# github.com/zyzhangUstc/MELLM, MELLM_pipeline/flow_feature.py (6a8f9894), `PROMPT`, around the lines of the regions.
MELLM2_HEAD = "Based on the following information, analyze the facial action unit(s) and micro-expression:\n"
MELLM2_TAIL = "\nFollow these steps for the analysis:\n### 1. Analyze ROIs (Regions of Interest) that are significantly related to facial micro-expressions:\n* Provide a brief analysis for regions showing clear movement in **magnitude and/or direction**, and infer the associated Action Unit(s).\n* For regions without significant movement, **no attention or analysis is required**.\n* For regions with noticeable movement but unrelated to micro-expressions, provide only a brief note without further analysis.\n### 2. Infer the micro-expression category from the overall movement pattern (descriptive reasoning):\n* Based on the combined movement of all significant ROIs (direction and magnitude distribution), provide step-by-step causal/inductive reasoning that explains how local movements converge into a specific micro-expression conclusion.\n### 3. **Summarize the AUs and the micro-expression ( Negative | Positive | Surprise ).**\n"  # noqa: E501
# github.com/zfkarl/UniFER, eval_rafdb/data/rafdb_qa.json, with the labels of DFME in the place of RAF-DB's.
UNIFER = "As an expert in facial expression recognition, which expression is most prominent in this image? Please select your answer from the following candidate labels: {}. Provide your detailed reasoning between the <think></think> tags, and then give your final answer between the <answer></answer> tags."  # noqa: E501


def test_mellm_is_asked_and_answers_as_its_first_version(corpus, tmp_path):
    corpus.fill({"train": 1}, langs=())
    claim = Claim(region="left_mouth_corner", colour="purple", direction="up", intensity="slight", au="AU12")
    said = {"motion_analysis": "左侧嘴角向上，是 AU12；面颊抬起，是 AU6。", "claims": (claim,)}
    corpus.draft(corpus.samples[0], lang="zh", **said)
    (row,) = rows_of(corpus, tmp_path / "out", style="mellm", words="authors")
    assert row["question"] == MELLM_PROMPT
    assert row["provenance"]["recipe"] == "mellm"
    lines = row["answer"].splitlines()
    assert lines[0] == "视觉检查：左侧嘴角向上，是 AU12；面颊抬起，是 AU06。"
    assert [line.partition("：")[0] for line in lines if "：" in line] == ["视觉检查", "表情推理", "最终结论"]
    assert json.loads((tmp_path / "out/export.json").read_text(encoding="utf-8"))["words"] == "authors"


# What flow_feature.py prints for such a region: `describe_flow_direction` of roi_combine.py, angles counter-clockwise.
LINES = {
    "up": (
        {"mean": 0.51234, "max": 1.5, "direction_deg": 270.0},
        '{"region":"Left Mouth Corner,"mean_magnitude":0.512,"max_magnitude":1.5,"direction":up(90°))}',
    ),
    "a direction between two octants": (
        {"mean": 0.5, "max": 1.0, "direction_deg": 340.4},
        '{"region":"Left Mouth Corner,"mean_magnitude":0.5,"max_magnitude":1.0,"direction":right(20°))}',
    ),
    "a whole turn": (
        {"mean": 0.5, "max": 1.0, "direction_deg": 0.2},
        '{"region":"Left Mouth Corner,"mean_magnitude":0.5,"max_magnitude":1.0,"direction":right(0°))}',
    ),
    "scattered": (
        {"mean": 0.123456789, "max": 0.2, "coherence": 0.1},
        '{"region":"Left Mouth Corner,"mean_magnitude":0.123,"max_magnitude":0.2,"direction":No clear dominant '
        "direction (motion is more isotropic or noisy; mean magnitude ≈ 0.123457, concentration ≈ 0.100).}",
    ),
    "still": (
        {"mean": 0.00001, "max": 0.00002},
        '{"region":"Left Mouth Corner,"mean_magnitude":0.0,"max_magnitude":0.0,"direction":No significant motion '
        "detected (mean magnitude ≈ 1e-05).}",
    ),
}


def test_mellm2_tells_its_regions_in_its_own_lines(corpus, tmp_path):
    corpus.fill({"train": len(LINES)})
    for sample, (numbers, _) in zip(corpus.samples, LINES.values(), strict=True):
        corpus.measure(sample, (measured("left_mouth_corner", 1.0).model_copy(update=numbers),))
    rows = {row["id"]: row for row in rows_of(corpus, tmp_path / "out", style="mellm2", words="authors")}
    for sample, (_, line) in zip(corpus.samples, LINES.values(), strict=True):
        assert rows[sample.id]["question"] == f"{MELLM2_HEAD}{line}\n{MELLM2_TAIL}"
        answer = rows[sample.id]["answer"]
        assert re.findall(r"^### (\d)\. ", answer, re.MULTILINE) == ["1", "2", "3"]
        assert answer.endswith(f"Micro-expression: {rows[sample.id]['coarse'].capitalize()}")


# roi_combine.py: the order of `get_roi_flow` (eyes, brows and nose, mouth, chin and cheeks) in the names of
# `roi_name_map`.
REGIONS_29 = [
    *(f"{side} Lower Eyelid ({part})" for side in ("Left", "Right") for part in ("Left Side", "Center", "Right Side")),
    *(f"{side} Upper Eyelid ({part})" for side in ("Left", "Right") for part in ("Left Side", "Center", "Right Side")),
    *(f"{side} {part} Eyebrow" for side in ("Left", "Right") for part in ("Outer", "Inner")),
    *("Left Nostril Wing", "Right Nostril Wing", "Left Mouth Corner", "Right Mouth Corner"),
    *("Upper Lip (Left Side)", "Upper Lip (Center)", "Upper Lip (Right Side)"),
    *("Lower Lip (Left Side)", "Lower Lip (Right Side)", "Lower Lip (Center)", "Chin", "Left Cheek", "Right Cheek"),
]


def test_mellm2_has_its_29_regions_in_its_order_and_sides_of_the_picture(corpus, tmp_path):
    corpus.fill({"train": 1})
    names = (
        *(
            "left_lower_lid",
            "right_lower_lid",
            "left_upper_lid",
            "right_upper_lid",
            "left_outer_brow",
            "left_inner_brow",
        ),
        *("right_outer_brow", "right_inner_brow", "left_nose_wing", "right_nose_wing", "left_mouth_corner"),
        *("right_mouth_corner", "left_upper_lip", "middle_upper_lip", "right_upper_lip", "left_lower_lip"),
        *("right_lower_lip", "middle_lower_lip", "chin", "left_cheek", "right_cheek", "glabella"),
    )
    sizes = {name: 1 + place / 100 for place, name in enumerate(names)}
    corpus.measure(corpus.samples[0], [measured(name, size) for name, size in reversed(sizes.items())])
    (row,) = rows_of(corpus, tmp_path / "out", style="mellm2", words="authors")
    lines = re.findall(r'\{"region":"(.*),"mean_magnitude":([\d.]+),', row["question"])
    assert [name for name, _ in lines] == REGIONS_29
    # "Left Lower Eyelid (Center)" is the lid on the left of the picture.
    assert [float(size) for _, size in lines[:6]] == [sizes["left_lower_lid"]] * 3 + [sizes["right_lower_lid"]] * 3
    assert float(dict(lines)["Lower Lip (Right Side)"]) == sizes["right_lower_lip"]


@pytest.mark.parametrize(("style", "question"), [("unifer-cot", "question"), ("unifer-rlvr", "problem")])
@pytest.mark.parametrize(("prefix", "start"), [(None, "/images/"), ("", "images/"), ("/dfme/", "/dfme/images/")])
def test_unifer_is_asked_in_its_words_and_finds_pictures_where_it_looks(
    corpus, tmp_path, style, question, prefix, start
):
    corpus.fill({"train": 1})
    out = tmp_path / "out"
    options = {"style": style, "words": "authors", "format": "unifer-json", "source": "drafts"}
    export(corpus.workspace, out, prefix=prefix, **options)
    (row,) = json.loads((out / "data/train.json").read_text(encoding="utf-8"))
    assert re.sub("labels: .*?[.] ", "labels: {}. ", row[question]) == UNIFER
    assert row["image_path"].startswith(start)
    assert (out / row["image_path"].removeprefix(start.removesuffix("images/"))).is_file()


# Question and answer as in the challenge's files, by what a sheet's cell has: github.com/Humphrey-0125/MEGC2025,
# dataset/casme.jsonl. The cells are made up.
UNITS = {
    "order of the sheet": ("12+1", "lip corner puller, inner brow raiser"),
    "its own names": ("43+38+39", "eye closure, nostril dilater, nostril compress"),
    "its own names of head and eyes": ("61+56", "eyes left, tilt right"),
    "each once": ("R7+L7+4", "lid tightener, brow lowerer"),
}
SIDES = {
    "the first of the sheet": ("R10+R4", [("upper lip raiser", "right")]),
    "the first that is one-sided": ("4+L10+R9", [("upper lip raiser", "left")]),
    "none": ("R1+L1", []),
}


def asked(aus, split="train", words="authors-2025", clip="x"):
    names = dict.fromkeys(("subject", "onset_frame", "apex_frame", "sheet"), "x") | {"clip": clip}
    numbers = {"row": 2, "onset": 3, "apex": 9, "offset": 12, "width": 8, "height": 8}
    units = parse_aus(aus)
    sample = Sample(
        id=f"casme2/x/{clip}/3", corpus="casme2", split=split, emotion="disgust", aus=units, **numbers, **names
    )
    return questions(sample, "disgust", units, words)


@pytest.mark.parametrize("words", ["authors-2025", "authors-2026"])
@pytest.mark.parametrize(("cell", "answer"), UNITS.values(), ids=UNITS)
def test_units_are_named_and_ordered_as_the_challenge_does(words, cell, answer):
    found = {one.kind: one.answer for one in asked(cell, words=words)}
    assert found["units"] == answer
    conclusion = "Therefore, the fine-grained expression class is disgust, and the coarse expression class is negative."
    assert found["all" if words == "authors-2025" else "analysis"].endswith(f": {answer}. {conclusion}")


@pytest.mark.parametrize(("cell", "sides"), SIDES.values(), ids=SIDES)
def test_one_side_at_most_is_asked(cell, sides):
    found = [(one.question, one.answer) for one in asked(cell) if one.kind == "side"]
    assert found == [(f"Is the action unit {name} located on the left or right face?", side) for name, side in sides]


def test_what_is_asked_in_vain_is_a_unit_that_the_challenge_names():
    no = {one.question for clip in range(300) for one in asked("4+7", clip=f"c{clip}") if one.answer == "no"}
    names = {re.fullmatch(r"Is the action unit (.+) shown on the face\?", question)[1] for question in no}
    # Met in the pages of its files that were read for this test.
    met = {
        *("lower lip depressor", "tilt right", "eyes left", "eye closure", "nostril compress", "nostril dilater"),
        *("jaw clencher", "lip pressor", "neck tightener", "lip tightener", "lip stretcher", "upper lid raiser"),
    }
    assert met <= names
    assert len(names) == len(set(MEGC_POOL)) - 2
    assert not names & {"brow lowerer", "lid tightener"}


ANALYSES = {
    "Please analyse the micro-expression shown in this video in detail.",
    "Provide a detailed analysis of the micro-expression observed in this clip.",
    "Provide a comprehensive analysis of the facial micro-expression shown in this clip.",
}


@pytest.mark.parametrize(
    ("cell", "split", "kinds"),
    [
        ("4", "train", ["coarse", "fine", "units", "shown", "shown", "analysis"]),
        ("R4", "train", ["coarse", "fine", "units", "side", "shown", "analysis", "all"]),
        ("R4", "test", ["coarse", "fine", "units", "shown", "analysis"]),
    ],
)
def test_the_sixth_question_of_2026_is_the_free_analysis(cell, split, kinds):
    found = [asked(cell, split, "authors-2026", clip=f"c{clip}") for clip in range(30)]
    assert {tuple(one.kind for one in clip) for clip in found} == {tuple(kinds)}
    assert {one.question for clip in found for one in clip if one.kind == "analysis"} == ANALYSES


REFUSED = {
    "words there are none of": (
        {"style": "mer", "words": "authors"},
        "--style mer has no --words authors; it has: ours; --words authors goes with --style .*mellm",
    ),
    "a year that is not said": (
        {"style": "megc-vqa", "words": "authors"},
        "--style megc-vqa has no --words authors; it has: ours, authors-2025, authors-2026",
    ),
    "maps drawn otherwise": (
        {"style": "mellm", "recipe": "robust"},
        "cannot be made of --recipe robust.*take --recipe mellm",
    ),
    "maps drawn otherwise in words": (
        {"style": "mellm2", "words": "authors", "recipe": "robust"},
        "--style mellm2 --words authors cannot be made of --recipe robust.*take --recipe mellm",
    ),
    "another language": ({"style": "mellm", "words": "authors", "lang": "en"}, "take --lang zh"),
    "a prefix of no path": ({"prefix": "/x/"}, "--prefix goes with --for unifer-json"),
}


@pytest.mark.parametrize(("options", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_does_not_go_together_is_refused_by_name(corpus, tmp_path, options, reason):
    corpus.fill({"train": 1})
    with pytest.raises(MeuError, match=reason):
        export(corpus.workspace, tmp_path / "out", source="drafts", **options)


def test_every_style_in_other_words_is_here():
    assert set(WORDED) == {
        ("mellm", "authors"),
        ("mellm2", "authors"),
        ("unifer-cot", "authors"),
        ("unifer-rlvr", "authors"),
        ("megc-vqa", "authors-2025"),
        ("megc-vqa", "authors-2026"),
    }
    assert choose_style("megc-vqa", words="authors-2026").name == "megc-vqa"
