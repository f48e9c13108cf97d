"""The labelling screen: Label Studio's XML, written from the AUs, the emotions and the words of one language."""

from itertools import chain
from typing import NamedTuple

import jinja2

from meu_data.choices import Language, Verdict
from meu_data.corpora.corpus import labels_of
from meu_data.errors import MeuError, NotationError
from meu_data.face.au_notation import parse_code
from meu_data.face.aus import AU_NAMES, AU_SITES, UPPER_FACE_AUS
from meu_data.face.emotions import EMOTION_NAMES
from meu_data.face.regions import PersonSide
from meu_data.records import ActionUnit
from meu_data.resources import resource
from meu_data.review.screen.authorship import signed
from meu_data.review.screen.claim_lines import EXAMPLES
from meu_data.review.screen.fields import CONFIRMED, MAX_RATING, STAGES, VERDICTS, Answers
from meu_data.review.screen.html import CELLS, WHEEL, look_html, wheel_text
from meu_data.store.ledger import Ledger

VERDICT_KEYS: dict[Verdict, str] = {"accept": "a", "fixed": "f", "reject": "r", "needs_expert": "e"}
QUALITY_KEY = "q"
MAP_KEY = "c"
# With Shift: AUs of one digit by it, the frequent ones of the lower face along the upper row of letters. A stray letter
# ticks none.
AU_KEYS: dict[int, str] = {number: str(number) for number in (1, 2, 4, 5, 6, 7, 9)} | dict(
    zip((10, 12, 14, 15, 17, 20, 23, 24, 25, 26), "qwertyuiop", strict=True)
)
# The others have those that are left, one-sided ones first, and of these the ones that micro-expressions often show.
_LETTERS = "asdfghjklzxcvbnm"
_ONE_SIDED = (12, 14, 10, 15, 2, 4, 9, 1)
# Label Studio gives its own keys (digits, then letters) to every choice that has none, and then a stray letter would
# tick an AU. No keyboard sends this one.
NO_KEY = "ctrl+alt+shift+f19"

_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "leaving": "Tab keeps what you typed, Esc takes it back",
        "legend": "Colour = direction",
        "labels": "Corpus label:",
        "opinions": "What the annotators said",
        "aus": "Action units",
        "emotion": "Emotion",
        "emotion_required": "Choose an emotion.",
        "motion_analysis": "1. Motion analysis and AU recognition",
        "expression_inference": "2. Expression inference",
        "conclusion": "3. Conclusion",
        "text_required": "None of the three texts may be empty.",
        "text_hint": "Write the text here",
        "claims": "Claims of the draft (those of a corrected sentence follow your text; correct a line to decide it)",
        "claims_hint": "One claim a line: {}",
        "verdict": "Verdict",
        "quality": "Quality of the draft",
        "map_right": "map is right",
        "map_hint": "I compared the map with both frames: its colours are the face's own motion",
        "comment": "Comment for the team (optional)",
    },
    "zh": {
        "leaving": "按 Tab 保留所改，按 Esc 撤销",
        "legend": "颜色表示方向",
        "labels": "数据集标注：",
        "opinions": "标注人员的意见",
        "aus": "动作单元",
        "emotion": "情绪",
        "emotion_required": "请选择一种情绪。",
        "motion_analysis": "1. 运动分析与AU识别",
        "expression_inference": "2. 表情推理",
        "conclusion": "3. 结论",
        "text_required": "三段文字均不能为空。",
        "text_hint": "请在此填写",
        "claims": "草稿的条目（已改语句的条目随正文重新得出；改动某一行即以该行为准）",
        "claims_hint": "每行一个条目：{}",
        "verdict": "判定",
        "quality": "草稿质量",
        "map_right": "运动图可信",
        "map_hint": "我已将运动图与两帧画面对照：图中颜色确为面部自身的运动",
        "comment": "给团队的备注（可不填）",
    },
}

VERDICT_NAMES: dict[Verdict, dict[Language, str]] = {
    "accept": {"en": "accept", "zh": "通过"},
    "fixed": {"en": "fixed", "zh": "已修改"},
    "reject": {"en": "reject", "zh": "弃用"},
    "needs_expert": {"en": "needs expert", "zh": "需专家"},
}
_VERDICT_HINTS: dict[Verdict, dict[Language, str]] = {
    "accept": {"en": "right as it stands", "zh": "无需改动"},
    "fixed": {"en": "I corrected it, and now it is right", "zh": "已改正，现在无误"},
    "reject": {"en": "not to be used: the map or the clip is no good", "zh": "不宜使用：运动图或片段有问题"},
    "needs_expert": {"en": "I cannot decide; say why in the comment", "zh": "无法判断，请在备注中说明"},
}
_SIDES: dict[PersonSide, dict[Language, str]] = {
    "L": {"en": "{}, person's left (right of the picture)", "zh": "{}，被摄者左侧（画面右侧）"},
    "R": {"en": "{}, person's right (left of the picture)", "zh": "{}，被摄者右侧（画面左侧）"},
}


class _Choice(NamedTuple):
    """What is read, what is stored, what a pointer that rests on it shows, and its key."""

    shown: str
    code: str
    hint: str
    key: str


def answers(ledger: Ledger) -> Answers:
    """What annotators of a workspace may tick.

    AUs: those that move the skin in a way the map can show, and those of any sample or draft; where an AU occurs
    one-sided, both of its sides. Emotions: the class sets of the workspace's corpora, and those of the samples.

    Raises:
        MeuError: The workspace has no samples.
    """
    labels = {(corpus, emotion) for corpus, _, emotion, _ in ledger.count_by_subject()}
    if not labels:
        raise MeuError("there are no samples yet: run `meu-data extract` first")
    occurring = {(au.number, au.side) for code in ledger.au_codes() if (au := _read(code))}
    units = {(number, None) for number in AU_SITES} | occurring
    units |= {(number, side) for number, known in occurring if known for side in ("L", "R")}
    emotions = {emotion for _, emotion in labels}
    emotions |= {emotion for corpus, _ in labels for emotion in labels_of(corpus)}
    return Answers(
        aus=tuple(ActionUnit.model_validate({"number": number, "side": side}).code for number, side in _sorted(units)),
        emotions=tuple(name for name in EMOTION_NAMES if name in emotions),
    )


def labelling_config(answers: Answers, lang: Language, *, expert: bool = False) -> str:
    """The screen: what annotators read is in their language, what is stored are codes.

    Emotions have the keys 1 to 9, verdicts, quality and map the letters of `VERDICT_KEYS`, `QUALITY_KEY` and `MAP_KEY`;
    none of them is a key of Label Studio's own (Ctrl+Enter, Ctrl+Space, Ctrl+Z, U, H, V and so on; `keymap` of its
    editor). `expert`: also what the annotators have said, side by side.

    Returns:
        XML; the same arguments give the same text.
    """
    emotions = [EMOTION_NAMES[name][lang] for name in answers.emotions]
    # Digits go as far as nine; no corpus has more emotions that are asked for often.
    keys = [str(number) if number < 10 else NO_KEY for number in range(1, len(emotions) + 1)]
    chosen = [_Choice(shown, name, "", key) for shown, name, key in zip(emotions, answers.emotions, keys, strict=True)]
    au_keys = _au_keys(answers)
    aus = [[_au_choice(au, au_keys.get(au.code), lang) for au in row] for row in _rows(answers) if row]
    config = _template().render(
        css=resource("annotation_guides", "screen/screen.css").read_text(encoding="utf-8"),
        words=_WORDS[lang] | {"claims_hint": _WORDS[lang]["claims_hint"].format(EXAMPLES[lang])},
        look=look_html(lang),
        wheel=[(direction, wheel_text(direction, lang)) for direction in WHEEL],
        cells=CELLS,
        aus=aus,
        emotions=chosen,
        keyed=[choice.shown for choice in (*chain(*aus), *chosen) if choice.key != NO_KEY],
        stages=STAGES,
        expert=expert,
        verdicts=[
            _Choice(VERDICT_NAMES[name][lang], name, _VERDICT_HINTS[name][lang], VERDICT_KEYS[name])
            for name in VERDICTS
        ],
        max_rating=MAX_RATING,
        quality_key=QUALITY_KEY,
        map_choice=_Choice(_WORDS[lang]["map_right"], CONFIRMED, _WORDS[lang]["map_hint"], MAP_KEY),
    )
    return signed(config, 'className="meu')


def _read(code: str) -> ActionUnit | None:
    """A draft may hold anything as an AU."""
    try:
        return parse_code(code)
    except NotationError:
        return None


def _sorted(units: set[tuple[int, PersonSide | None]]) -> list[tuple[int, PersonSide | None]]:
    return sorted(units, key=lambda unit: (unit[0], unit[1] or ""))


def _rows(answers: Answers) -> tuple[list[ActionUnit], list[ActionUnit]]:
    aus = [parse_code(code) for code in answers.aus]
    upper = [au for au in aus if au.number in UPPER_FACE_AUS]
    return upper, [au for au in aus if au not in upper]


def _au_keys(answers: Answers) -> dict[str, str]:
    """The keys of the AUs that have one, by code."""
    units = [parse_code(code) for code in answers.aus]
    keys = {au.code: AU_KEYS[au.number] for au in units if not au.side and au.number in AU_KEYS}
    others = [au for au in units if au.code not in keys]
    often = {number: place for place, number in enumerate(_ONE_SIDED)}
    others.sort(key=lambda au: (au.side is None, often.get(au.number, len(often))))
    return keys | {au.code: letter for au, letter in zip(others, _LETTERS, strict=False)}


def _au_choice(au: ActionUnit, key: str | None, lang: Language) -> _Choice:
    name = AU_NAMES[au.number][lang]
    hint = _SIDES[au.side][lang].format(name) if au.side else name
    shown = f"{au.side or ''}{au.number}"
    if key is None:
        return _Choice(shown, au.code, hint, NO_KEY)
    return _Choice(shown, au.code, f"{hint} · Shift+{key.upper()}", f"shift+{key}")


def _template() -> jinja2.Template:
    text = resource("annotation_guides", "screen/labelling_config.xml.jinja").read_text(encoding="utf-8")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    return environment.from_string(text)
