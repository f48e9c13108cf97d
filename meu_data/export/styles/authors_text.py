"""The prompts and templates of the papers' own files, word for word; a released model reads no others.

Only what an interface needs is here. `tests/export/styles/test_authors_words.py` pins each against its source.
"""

from collections.abc import Iterable, Sequence
from functools import cache

from meu_data.resources import resource

# What the prompt of MELLM's first version calls the three steps that it asks for.
MELLM_STEPS = ("视觉检查", "表情推理", "最终结论")

# The 29 regions of its second version, ordered as in roi_combine.py (`get_roi_flow`, `roi_name_map`), each with ours of
# its place; the sides are those of the picture. It looks at three places of a lid, of which one is measured here.
MELLM2_REGIONS = (
    ("Left Lower Eyelid (Left Side)", "left_lower_lid"),
    ("Left Lower Eyelid (Center)", "left_lower_lid"),
    ("Left Lower Eyelid (Right Side)", "left_lower_lid"),
    ("Right Lower Eyelid (Left Side)", "right_lower_lid"),
    ("Right Lower Eyelid (Center)", "right_lower_lid"),
    ("Right Lower Eyelid (Right Side)", "right_lower_lid"),
    ("Left Upper Eyelid (Left Side)", "left_upper_lid"),
    ("Left Upper Eyelid (Center)", "left_upper_lid"),
    ("Left Upper Eyelid (Right Side)", "left_upper_lid"),
    ("Right Upper Eyelid (Left Side)", "right_upper_lid"),
    ("Right Upper Eyelid (Center)", "right_upper_lid"),
    ("Right Upper Eyelid (Right Side)", "right_upper_lid"),
    ("Left Outer Eyebrow", "left_outer_brow"),
    ("Left Inner Eyebrow", "left_inner_brow"),
    ("Right Outer Eyebrow", "right_outer_brow"),
    ("Right Inner Eyebrow", "right_inner_brow"),
    ("Left Nostril Wing", "left_nose_wing"),
    ("Right Nostril Wing", "right_nose_wing"),
    ("Left Mouth Corner", "left_mouth_corner"),
    ("Right Mouth Corner", "right_mouth_corner"),
    ("Upper Lip (Left Side)", "left_upper_lip"),
    ("Upper Lip (Center)", "middle_upper_lip"),
    ("Upper Lip (Right Side)", "right_upper_lip"),
    ("Lower Lip (Left Side)", "left_lower_lip"),
    ("Lower Lip (Right Side)", "right_lower_lip"),
    ("Lower Lip (Center)", "middle_lower_lip"),
    ("Chin", "chin"),
    ("Left Cheek", "left_cheek"),
    ("Right Cheek", "right_cheek"),
)

# UniFER: github.com/zfkarl/UniFER, eval_rafdb/data/rafdb_qa.json.
_UNIFER = (
    "As an expert in facial expression recognition, which expression is most prominent in this image? Please select "
    "your answer from the following candidate labels: {labels}. Provide your detailed reasoning between the "
    "<think></think> tags, and then give your final answer between the <answer></answer> tags."
)
# UniFER opens "/dataset" + image_path (train_unifer/src/r1-v/src/open_r1/trainer/vllm_grpo_trainer_modified.py).
UNIFER_PREFIX = "/"

# MEGC, ME-VQA: what its files call the units that FACS names otherwise (github.com/Humphrey-0125/MEGC2025,
# dataset/casme.jsonl and samm.jsonl).
MEGC_NAMES = {38: "nostril dilater", 39: "nostril compress", 43: "eye closure", 56: "tilt right", 61: "eyes left"}
# The units that its training files name anywhere: those it asks for in vain.
MEGC_POOL = (1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 16, 17, 20, 21, 23, 24, 25, 26, 31, 38, 39, 43, 56, 61)
# Asked since 2026 (github.com/baishichu/Processed, z26TrainJsonl).
MEGC_ANALYSES = (
    "Please analyse the micro-expression shown in this video in detail.",
    "Provide a detailed analysis of the micro-expression observed in this clip.",
    "Provide a comprehensive analysis of the facial micro-expression shown in this clip.",
)


@cache
def mellm_question() -> str:
    """The prompt of MELLM's first version, less its `<image>` in front, which each format writes for its consumer.

    Source: github.com/zyzhangUstc/mellmv1-base-on-Qwen2.5vl-7B-, main.py.
    """
    return _prompt("mellm_authors.zh.txt").removesuffix("\n")


def mellm2_question(lines: Iterable[str]) -> str:
    """The prompt of MELLM's second version around the lines of the regions.

    Source: github.com/zyzhangUstc/MELLM, MELLM_pipeline/flow_feature.py, `PROMPT`.
    """
    return _prompt("mellm2_authors.en.txt").format("".join(f"{line}\n" for line in lines))


@cache
def _prompt(name: str) -> str:
    return resource("annotation_guides", f"prompts/{name}").read_text(encoding="utf-8")


def unifer_question(labels: Sequence[str]) -> str:
    """UniFER's question, which is the same for every picture of a set."""
    return _UNIFER.format(labels=", ".join(labels))
