"""What is sent to Label Studio for one sample: the data of its task, and the draft as a prediction. Pure."""

import hashlib
from collections.abc import Mapping
from typing import Any

from meu_data.choices import Language
from meu_data.face.aus import au_label
from meu_data.face.emotions import EMOTION_NAMES
from meu_data.records import Draft, Grounding, Motion, Sample
from meu_data.review.screen.claim_lines import claims_text
from meu_data.review.screen.fields import AUS, CLAIMS, EMOTION, KINDS, STAGES, TO_NAME, VALUE_KEYS, Answers, ScreenField
from meu_data.review.screen.html import checked_html, findings_html, regions_html, statements_html
from meu_data.review.screen.overlay import ShownPart, clip_html, outlines_html

_NO_AUS: dict[Language, str] = {"en": "no AUs", "zh": "无AU"}
_UNLABELLED_AUS: dict[Language, str] = {"en": "AUs not labelled", "zh": "AU未标注"}
_NO_EMOTION: dict[Language, str] = {"en": "emotion not labelled", "zh": "情绪未标注"}


def draft_sha256(draft: Draft) -> str:
    """Hash of a draft as the ledger holds it: which draft a task shows."""
    return hashlib.sha256(draft.model_dump_json().encode()).hexdigest()


def task_data(
    sample: Sample,
    motion: Motion,
    draft: Draft,
    grounding: Grounding,
    pictures: Mapping[str, str],
    shown: ShownPart,
    lang: Language,
    *,
    clip: str = "",
) -> dict[str, Any]:
    """The `data` of a sample's task.

    Args:
        sample: Whose task; the sides of its AUs are the person's.
        motion: What was measured on the map that is shown; sides and directions are the picture's.
        draft: What the annotator begins with.
        grounding: The check of that draft.
        pictures: URL by key, see `fields.PICTURES`.
        shown: Which part of the map they show.
        lang: The annotators' language.
        clip: URL of the clip, where there is one.

    Returns:
        sample_id; title and labels as text; score and flag_kinds of the grounding; the map's trust; soundness, by which
        tasks are put in order; flags as text, one a line, the worst first; findings (how many statements were checked,
        the flags, what makes the map doubtful, and the texts with the statements marked that were contradicted or not
        read), regions (the table of what moved) and overlay (what can be laid over the picture) as HTML for the screen;
        the draft as JSON with its hash, so that it
        is known what was shown; the pictures.
    """
    return {
        "sample_id": sample.id,
        "title": f"{sample.subject} · {sample.clip} · {sample.onset}–{sample.apex}",
        "labels": labels_text(sample, lang),
        "score": grounding.score,
        "trust": motion.quality.trust,
        "soundness": soundness(motion, grounding),
        "flag_kinds": list(dict.fromkeys(flag.kind for flag in grounding.flags)),
        "flags": "\n".join(grounding.sentences(lang)),
        "findings": checked_html(grounding, lang)
        + findings_html(grounding.flags, motion, lang)
        + statements_html(draft.annotation, grounding, lang),
        "regions": regions_html(motion, lang),
        "overlay": outlines_html(motion, shown, lang) + (clip_html(clip) if clip else ""),
        "draft": draft.model_dump(mode="json"),
        "draft_sha256": draft_sha256(draft),
        **pictures,
    }


def soundness(motion: Motion, grounding: Grounding) -> float:
    """How far a task needs no person, 0..1: by the text's agreement with the map or the map's trust, the lesser."""
    return min(grounding.score, motion.quality.trust)


def labels_text(sample: Sample, lang: Language) -> str:
    """The corpus's labels as the screen shows them: "AU12 (lip corner puller), AU6 (cheek raiser) · happiness"."""
    comma = ", " if lang == "en" else "、"
    aus = (
        comma.join(au_label(au, lang) for au in sample.coded_aus)
        or (_NO_AUS if sample.aus is not None else _UNLABELLED_AUS)[lang]
    )
    emotion = EMOTION_NAMES[sample.emotion][lang] if sample.emotion else _NO_EMOTION[lang]
    return f"{aus} · {emotion}"


def prediction(draft: Draft, motion: Motion, grounding: Grounding, answers: Answers) -> dict[str, Any]:
    """The draft as a prediction; its score is the `soundness` by which Label Studio hands tasks out.

    An AU or an emotion of the draft that the screen does not offer is left out, since Label Studio could not show it;
    the grounding has flagged it.
    """
    annotation = draft.annotation
    values: dict[ScreenField, list[str]] = {
        AUS: [code for code in answers.aus if code in annotation.aus],
        EMOTION: [annotation.emotion] if annotation.emotion in answers.emotions else [],
        **{stage: [str(getattr(annotation, stage))] for stage in STAGES},
        CLAIMS: [claims_text(annotation.claims, draft.lang)] if annotation.claims else [],
    }
    return {
        "model_version": draft.model,
        "score": soundness(motion, grounding),
        "result": [_result(field, value) for field, value in values.items() if value],
    }


def _result(field: ScreenField, value: list[str]) -> dict[str, Any]:
    kind = KINDS[field]
    return {"id": field, "from_name": field, "to_name": TO_NAME, "type": kind, "value": {VALUE_KEYS[kind]: value}}
