"""The labels of a row: whether its answer is one that may be given, and the one that its other columns give."""

import re
from collections.abc import Collection

from meu_data.checking.rules.vqa import vqa_labels
from meu_data.choices import Language
from meu_data.corpora.corpus import labels_of
from meu_data.errors import printable
from meu_data.export.formats.row_view import RowView
from meu_data.face.class_sets import CLASS_SETS
from meu_data.face.emotions import COARSE_NAMES, COARSE_OF, EMOTION_NAMES
from meu_data.rewards.completion import answer

# What UniFER's four sets call their classes (RAF-DB, FERPlus, AffectNet, SFEW 2.0: github.com/zfkarl/UniFER, FERBench).
_FERBENCH = frozenset({"neutral", "angry", "happy", "sad", "anger", "happiness", "sadness", "contempt"})
_KNOWN = frozenset(EMOTION_NAMES) | _FERBENCH | {names["zh"] for names in EMOTION_NAMES.values()}
_CANDIDATES = re.compile(r"candidate labels: ([^.\n]{1,500})\.", re.IGNORECASE)
# How the question of the style `mer` ends, for rows that have no column `task`.
_ONE_WORD = re.compile("with one of these words and nothing else|只回答以下词语之一")
_SECOND_LINE = {"Micro-expression: ": "en", "微表情：": "zh"}


def check_label(view: RowView) -> list[str] | None:
    """Whether the label that a row teaches or rewards is in the label set, and is the row's emotion.

    The label set is the one the row lists, else its protocol's, else the corpus's, else all that are known.

    Returns:
        What is wrong; None where the row has no label to look at.
    """
    if (wrong := vqa_labels(view)) is not None:
        return wrong
    if (wrong := _coarse(view)) is not None:
        return wrong
    stated = _stated_labels(view)
    if not stated:
        return None
    lang = _language(view)
    allowed, emotion = label_set(view, lang), view.label("emotion")
    wrong = []
    for name, label in stated:
        if label not in allowed:
            wrong.append(f"the {name} {printable(label)!r} is none of {_listed(allowed)}")
        elif emotion is not None and label != EMOTION_NAMES.get(emotion, {}).get(lang, emotion):
            wrong.append(f"the {name} says {printable(label)!r}, the row's emotion is {printable(emotion)!r}")
    if emotion is None and len({label for _, label in stated}) > 1:
        wrong.append(" and ".join(f"the {name} says {printable(label)!r}" for name, label in stated))
    return wrong


def label_set(view: RowView, lang: Language) -> frozenset[str]:
    """The labels that a row may give: those it lists, its protocol's, its corpus's, else all that are known."""
    if view.candidates:
        return frozenset(view.candidates)
    if listed := _CANDIDATES.search(view.question):
        return frozenset(label.strip() for label in listed[1].split(","))
    protocol = CLASS_SETS.get(view.label("classes") or "")
    emotions = protocol.classes if protocol else labels_of(view.label("corpus") or "")
    return frozenset(EMOTION_NAMES[emotion][lang] for emotion in emotions) if emotions else _KNOWN


def _language(view: RowView) -> Language:
    """The language of a row's labels: in tags English whatever the text, as rewards are not to depend on it."""
    return "zh" if view.label("lang") == "zh" and view.target is not None and "<answer>" not in view.target else "en"


def _stated_labels(view: RowView) -> list[tuple[str, str]]:
    """The labels of a row by where they stand."""
    found = []
    if view.target is not None and "<answer>" in view.target:
        found.append(("answer", answer(view.target)))
    elif view.target is not None and (view.label("task") == "mer" or _ONE_WORD.search(view.question)):
        found.append(("answer", view.target))
    if view.solution is not None:
        found.append(("solution", answer(view.solution)))
    # The bare label beside a text in tags.
    if found and (bare := view.label("answer")) not in (None, view.target, view.solution):
        found.append(("column answer", str(bare)))
    return found


def _coarse(view: RowView) -> list[str] | None:
    """MELLM's second version: the class on the second line of the answer."""
    if view.target is None:
        return None
    line = view.target.rpartition("\n")[2]
    head = next((head for head in _SECOND_LINE if line.startswith(head)), None)
    if head is None:
        return None
    lang: Language = "en" if _SECOND_LINE[head] == "en" else "zh"
    stated = line.removeprefix(head)
    by_name = {names[lang]: coarse for coarse, names in COARSE_NAMES.items()}
    if stated not in by_name:
        return [f"the answer {printable(stated)!r} is none of {_listed(by_name)}"]
    emotion, coarse = view.label("emotion"), view.label("coarse")
    if emotion in COARSE_OF and COARSE_OF[emotion] != by_name[stated]:
        return [f"the answer says {stated!r}, but {emotion} is {COARSE_OF[emotion]}"]
    if coarse is not None and coarse != by_name[stated]:
        return [f"the answer says {stated!r}, the column coarse {printable(coarse)!r}"]
    return []


def _listed(labels: Collection[str]) -> str:
    return ", ".join(sorted(map(printable, labels)))
