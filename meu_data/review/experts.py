"""The round of experts: which samples need one, and what the annotators said, side by side. Pure."""

from collections.abc import Mapping, Sequence
from html import escape

from meu_data.choices import DEFAULT_MIN_TRUST, Language
from meu_data.face.emotions import EMOTION_NAMES
from meu_data.records import ANNOTATION_STAGES, Motion, Review
from meu_data.review.screen.labelling_config import VERDICT_NAMES
from meu_data.review.verdicts.adjudication import Policy, adjudicate, usable

NO_NEED = "needs no expert: nobody disagrees, asks for one, rejects it or contradicts itself, and its map is trusted"
_MAJORITY = Policy("majority")

_ROWS: dict[Language, tuple[str, ...]] = {
    "en": ("verdict", "emotion", "AUs", "comment", "contradiction", "1", "2", "3"),
    "zh": ("判定", "情绪", "AU", "备注", "矛盾", "1", "2", "3"),
}


def needs_expert(reviews: Sequence[Review], motion: Motion) -> bool:
    """Whether an expert should decide on a sample.

    Args:
        reviews: The annotators' current reviews of it, without those of experts.
        motion: What was measured on its map.
    """
    if not reviews:
        return False
    if motion.quality.trust < DEFAULT_MIN_TRUST:
        return True
    if any(review.contradictions or review.verdict in ("needs_expert", "reject") for review in reviews):
        return True
    return any(map(usable, reviews)) and adjudicate(reviews, _MAJORITY).reason is not None


def opinions_html(reviews: Sequence[Review], labels: Mapping[str, str], lang: Language) -> str:
    """What each annotator said, a column for each, as HTML for the screen; what all say alike stands once.

    What was decided and why comes first: the texts are long.

    Args:
        reviews: In the order of the columns.
        labels: What annotators are called; no names, so that what is said counts and not who says it.
        lang: The experts' language.
    """
    heads = "".join(f"<th>{escape(labels.get(review.annotator, ''))}</th>" for review in reviews)
    cells = [_cells(review, lang) for review in reviews]
    rows = ""
    for number, name in enumerate(_ROWS[lang]):
        said = [column[number] for column in cells]
        if len(set(said)) == 1 and said[0]:
            rows += f'<tr><th>{name}</th><td colspan="{len(said)}">{escape(said[0])}</td></tr>'
        elif any(said):
            columns = "".join(f"<td>{escape(text)}</td>" for text in said)
            rows += f'<tr class="meu-differs"><th>{name}</th>{columns}</tr>'
    return f'<table class="meu-opinions"><thead><tr><th></th>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def _cells(review: Review, lang: Language) -> tuple[str, ...]:
    proof = review.proof
    emotion = EMOTION_NAMES.get(proof.emotion or "", {}).get(lang, proof.emotion or "") if proof else ""
    texts = [str(getattr(proof, stage)) if proof else "" for stage in ANNOTATION_STAGES]
    verdict = VERDICT_NAMES[review.verdict][lang] if review.verdict else ""
    aus = ", ".join(proof.aus) if proof else ""
    return verdict, emotion, aus, review.comment, "; ".join(review.contradictions), *texts
