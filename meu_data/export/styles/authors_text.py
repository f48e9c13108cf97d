"""The prompts and templates of the papers' own files, word for word; a released model reads no others.

Only what an interface needs is here. `tests/export/styles/test_authors_words.py` pins each against its source.
"""

from collections.abc import Sequence

# MELLM, first version: github.com/zyzhangUstc/mellmv1-base-on-Qwen2.5vl-7B-, main.py, less its `<image>` in front,
# which each format writes as its consumer wants.
MELLM = (
    "这是一个人脸图像，叠加了微表情的可视化光流图。在此图像中，每个面部区域的颜色表示运动的方向，亮度表示运动的幅度。"
    "颜色到方向的映射如下：\n"
    "向上：紫色\n右上：品红色，粉红色\n向右：红色\n右下：橙黄色\n向下：黄绿色\n左下：绿色\n向左：青色\n左上：蓝色\n"
    "你需要按以下步骤进行分析：\n"
    "视觉检查：仔细观察颜色块在不同面部区域的分布。排除整体头部运动和亮度较低（运动较弱）的区域。仅关注明显的局部运动单元。"
    "识别每个关键区域的颜色、相应的运动方向和运动强度。"
    "并基于特定面部区域的运动方向和幅度，推断图像中涉及的面部动作单元 (AUs)。\n"
    "表情推理：结合上下文信息，并根据识别出的面部动作单元 (AUs) 及其组合，推理出人脸所表达的微表情。\n"
    "最终结论：请总结分析结果，明确列出推断出的面部动作单元 (AUs) 以及最终推断的微表情。"
)
# What it calls the three steps that it asks for.
MELLM_STEPS = ("视觉检查", "表情推理", "最终结论")

# MELLM, second version: github.com/zyzhangUstc/MELLM, MELLM_pipeline/flow_feature.py, `PROMPT`.
MELLM2 = """\
Based on the following information, analyze the facial action unit(s) and micro-expression:
{}
Follow these steps for the analysis:
### 1. Analyze ROIs (Regions of Interest) that are significantly related to facial micro-expressions:
* Provide a brief analysis for regions showing clear movement in **magnitude and/or direction**, and infer the \
associated Action Unit(s).
* For regions without significant movement, **no attention or analysis is required**.
* For regions with noticeable movement but unrelated to micro-expressions, provide only a brief note without further \
analysis.
### 2. Infer the micro-expression category from the overall movement pattern (descriptive reasoning):
* Based on the combined movement of all significant ROIs (direction and magnitude distribution), provide step-by-step \
causal/inductive reasoning that explains how local movements converge into a specific micro-expression conclusion.
### 3. **Summarize the AUs and the micro-expression ( Negative | Positive | Surprise ).**
"""

# Its 29 regions in their order (roi_combine.py, `get_roi_flow`, `roi_name_map`), each with ours of the same place; the
# sides are the picture's. It looks at three places of a lid, of which one is measured here.
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


def unifer_question(labels: Sequence[str]) -> str:
    """UniFER's question, which is the same for every picture of a set."""
    return _UNIFER.format(labels=", ".join(labels))
