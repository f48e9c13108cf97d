"""What a text concludes with: the truth is what a person reads in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meu_data.evaluate.labels import conclude, emotion_names, read_units

THINK = "<think>The corners rise, AU12, and the cheeks, AU6.</think><answer>{}</answer>"
CHINESE = """视觉检查

- 眉部区域：两侧眉毛向下移动，可能是愤怒或厌恶。

表情推理

AU4常见于愤怒、困惑或专注，结合AU17更像厌恶。

最终结论

动作单元（AUs）：AU04（眉头向下收紧）+ AU17（下巴上抬）。微表情类型：{}
"""
ENGLISH = """### 1. Motion
The brows go down (AU4); this might be anger or fear.
### 2. Inference
AU4 with AU7 often signals anger, yet the nose wrinkles (AU9).
### 3. Conclusion
**AUs:** AU4 + AU9
**Micro-expression:** {}
"""
# Made up in the three steps that github.com/zyzhangUstc/mellmv1-base-on-Qwen2.5vl-7B- (main.py) asks for.
MELLM_V1 = """视觉检查：左眉上方为黄绿色，即向下运动，对应AU04。右嘴角为品红色，轻微地向右上方运动，可能是AU12。
表情推理：AU04与AU07的组合常见于愤怒、悲伤或厌恶，结合上下文更接近厌恶。
最终结论：面部动作单元（AUs）：AU04、AU07；最终推断的微表情：厌恶。"""
# The same for github.com/zyzhangUstc/MELLM (flow_feature.py).
MELLM_V2 = """### 1. Analyze ROIs that are significantly related to facial micro-expressions
* The inner brows move down (AU4). The mouth corners rise a little; a positive expression would need AU12.
### 2. Infer the micro-expression category
* AU4 with AU7 converges into a negative expression rather than surprise.
### 3. **Summarize the AUs and the micro-expression**
* **AUs:** AU4, AU7
* **Micro-expression:** **Negative**"""


@pytest.mark.parametrize(
    ("text", "emotion", "units"),
    [
        # bare labels, in any case, as adjective or noun, in both languages
        ("Happiness", "happiness", ()),
        ("  happy.\n", "happiness", ()),
        ("悲伤", "sadness", ()),
        ("negative", "negative", ()),
        ("tense", "tense", ()),
        ("calm", "neutral", ()),
        ("other", "others", ()),
        # tags: the answer's emotion, the thought's units where the answer has none
        (THINK.format("happy"), "happiness", (6, 12)),
        (THINK.format("AU12, happiness"), "happiness", (12,)),
        (THINK.format("中性"), "neutral", (6, 12)),
        # three-part texts: the conclusion alone
        (CHINESE.format("厌恶"), "disgust", (4, 17)),
        (CHINESE.format("“悲伤”。"), "sadness", (4, 17)),
        (ENGLISH.format("Disgust"), "disgust", (4, 9)),
        (ENGLISH.format("Negative"), "negative", (4, 9)),
        (ENGLISH.format("not anger but disgust"), "disgust", (4, 9)),
        # as MELLM's scripts print them: v1 as its prompt in main.py asks, v2 as that of flow_feature.py
        (MELLM_V1, "disgust", (4, 7)),
        (MELLM_V2, "negative", (4, 7)),
        (f"<think>Perhaps positive, with AU12.</think>\n\n{MELLM_V2}", "negative", (4, 7)),
        # without a heading the last statement that affirms one
        ("AU4常见于愤怒。因此，最终推断的微表情为惊讶。", "surprise", (4,)),
        ("This could be fear, but it is surprise.", "surprise", ()),
        # hedged where nothing else is said
        ("Conclusion: it may be fear.", "fear", ()),
        ("Conclusion: AU14, perhaps fear, but the emotion is contempt.", "contempt", (14,)),
        # fields
        ('{"emotion": "Disgust", "aus": ["AU9", "AU04"]}', "disgust", (4, 9)),
        ('```json\n{"label": "sad"}\n```', "sadness", ()),
        # MEGC's sixth question: the fine class, beside its own coarse one
        (
            "The action units present are: brow lowerer, lid tightener. Therefore, the fine-grained expression class "
            "is disgust, and the coarse expression class is negative.",
            "disgust",
            (4, 7),
        ),
        ("It is a neutral face.", "neutral", ()),
        (ENGLISH.format("Disgust; the eyes and the rest of the face stay as neutral as before"), "disgust", (4, 9)),
    ],
)
def test_what_a_text_concludes_with(text, emotion, units):
    found = conclude(text)
    assert (found.emotion, found.unread, sorted(found.aus)) == (emotion, None, sorted(units))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("The brows go down.", "none"),
        (ENGLISH.format("unclear"), "none"),
        (CHINESE.format("无法判断"), "none"),
        (THINK.format("anger or fear"), "several"),
        (THINK.format("happy and neutral"), "several"),
        (ENGLISH.format("Happiness. It is sadness."), "several"),
        (CHINESE.format("高兴和悲伤"), "several"),
        ("The fine-grained expression class is happiness, and the coarse expression class is negative.", "several"),
        ("This is not happiness.", "none"),
        ('{"emotion": null}', "none"),
    ],
)
def test_what_cannot_be_read_says_why(text, why):
    found = conclude(text)
    assert (found.emotion, found.unread) == (None, why)


@pytest.mark.parametrize(
    ("cell", "units"),
    [
        (["AU12", "LAU04"], {4, 12}),
        # the challenge's names, and those of units that are said of much else
        ("brow lowerer, eye closure, nostril dilater", {4, 38, 43}),
        ("Lips part, jaw drop", {25, 26}),
        ("eyes left", {61}),
        ("AU01+AU2", {1, 2}),
        ("4+R12A", {4, 12}),
        ("brow lowerer, lid tightener", {4, 7}),
        ([], set()),
        (None, set()),
        ([6, "12"], {6, 12}),
        (True, set()),
    ],
)
def test_units_are_read_from_cells(cell, units):
    assert read_units(cell) == units


@given(st.text(max_size=400))
def test_any_text_is_read(text):
    found = conclude(text)
    assert (found.emotion is None) == (found.unread is not None)
    assert found.emotion is None or found.emotion in emotion_names()
