"""From what a server holds for one annotation to the review it is: pure, and proof against whatever is there."""

import math
from collections.abc import Mapping, Sequence, Set
from typing import Any, NamedTuple, get_args

from pydantic import ValidationError

from meu_data.choices import Verdict
from meu_data.errors import MeuError, MissingExtraError
from meu_data.grounding.agreement import contradictions
from meu_data.grounding.derive import derive_claims
from meu_data.records import Annotation, Draft, FieldOrigin, ProofField, Review
from meu_data.review.screen.claim_lines import corrected_claims
from meu_data.review.screen.fields import (
    AUS,
    CLAIMS,
    COMMENT,
    CONFIRMED,
    EMOTION,
    FIELDS,
    MAP,
    MAX_RATING,
    QUALITY,
    STAGES,
    VERDICT,
    VERDICTS,
    Answers,
    ScreenField,
)
from meu_data.review.screen.tasks import draft_sha256
from meu_data.review.server.faults import ServerError
from meu_data.store.reviews import instant

PROOF_FIELDS: tuple[ProofField, ...] = get_args(ProofField)
# What fits into a database, Label Studio's or ours.
_NUMBERS = 2**63
_MARKS: tuple[FieldOrigin, ...] = ("prediction", "prediction-changed", "manual")
_STAGE_NAMES = dict(zip(STAGES, ("motion analysis", "expression inference", "conclusion"), strict=True))
_MAY_BE_INCOMPLETE = ("reject", "needs_expert")


class Shown(NamedTuple):
    """What the person was shown on a task: the draft, with its grounding's score and kinds of flags."""

    draft: Draft | None
    score: float | None = None
    flags: tuple[str, ...] = ()


class AnnotationSource(NamedTuple):
    """Whose annotation it is, and where it stands; `edited_from` is whose it was before that person changed it."""

    sample_id: str
    project: str
    task: int
    annotator: str
    edited_from: str | None = None
    expert: bool = False


class _Entries(NamedTuple):
    """What was ticked and written, as it came."""

    aus: tuple[str, ...]
    emotions: tuple[str, ...]
    texts: tuple[str, ...]
    claims: str
    fault: str | None


def read_draft(data: object, sha256: str) -> Draft | None:
    """The draft in a task's data; None where it is missing, changed or another than the task is stamped with."""
    if not isinstance(data, Mapping):
        return None
    try:
        draft = Draft.model_validate(data.get("draft"))
    except ValidationError:
        return None
    return draft if draft_sha256(draft) == sha256 else None


def read_annotation(raw: Mapping[str, Any], shown: Shown, place: AnnotationSource, answers: Answers) -> Review:
    """The review that an annotation is.

    The proof: texts without white space around them, AUs and emotion by the lists of the screen, and the claims that
    the corrected texts make (`derive_claims`), but for those that the person has corrected by hand. An annotation that
    breaks a rule (no or several emotions, something ticked that is on no list, an empty text, a claim that cannot be
    read) has a `fault` and no proof, unless it rejects the sample. One whose texts, ticks and claims contradict each
    other has a proof, a `fault`, and `contradictions`.

    Raises:
        ServerError: It has no id or no times, so it is none of Label Studio's.
    """
    number, created, updated = _stem(raw, place)
    fields = _by_field(raw.get("result"))
    entries, comment = _entries(fields, answers), _clean("\n".join(_texts(fields.get(COMMENT, []))))
    ticked = next((name for name in _ticks(fields.get(VERDICT, [])) if name in VERDICTS), None)
    skipped = raw.get("was_cancelled") is True
    origins = {field: _origin(fields.get(field, [])) for field in PROOF_FIELDS}
    proof, fault = (None, entries.fault) if skipped or entries.fault else _proof(entries, shown.draft)
    lang = shown.draft.lang if shown.draft else None
    found: tuple[str, ...] = ()
    if skipped or ticked in _MAY_BE_INCOMPLETE:
        fault = None
    elif proof is not None:
        found = tuple(dict.fromkeys(map(str, contradictions(proof, lang))))
        fault = "; ".join(found) or None
    edits = _edits(shown.draft.annotation, proof) if shown.draft and proof else {}
    implied: Verdict | None = (
        None if proof is None else "accept" if _untouched(shown.draft, edits, origins) else "fixed"
    )
    return Review(
        sample_id=place.sample_id,
        project=place.project,
        task=place.task,
        annotation_id=number,
        annotator=place.annotator,
        edited_from=place.edited_from,
        expert=place.expert,
        created_at=created,
        updated_at=updated,
        lead_time_s=_amount(raw.get("lead_time")),
        skipped=skipped,
        verdict=None if skipped or (fault and not found) else ticked or implied,
        verdict_ticked=ticked is not None,
        quality=_rating(fields.get(QUALITY, [])),
        map_confirmed=not skipped and CONFIRMED in _ticks(fields.get(MAP, [])),
        comment=comment,
        draft=shown.draft,
        draft_score=shown.score,
        draft_flags=shown.flags,
        proof=proof,
        origins=origins,
        edits=edits,
        edit_distance=_distance(_joined(shown.draft.annotation), _joined(proof)) if shown.draft and proof else None,
        fault=fault,
        contradictions=found,
    )


def _stem(raw: Mapping[str, Any], place: AnnotationSource) -> tuple[int, str, str]:
    number, times = raw.get("id"), [raw.get("created_at"), raw.get("updated_at")]
    is_number = isinstance(number, int) and not isinstance(number, bool) and 0 <= number < _NUMBERS
    if not is_number or not all(isinstance(time, str) for time in times):
        raise ServerError(f"task {place.task} has an annotation without id or times, which is not Label Studio's")
    created, updated = (instant(str(time)) for time in times)
    return number, created, updated  # type: ignore[return-value]


def _by_field(result: object) -> dict[ScreenField, list[Mapping[str, Any]]]:
    """The results of each of our fields; what people have drawn or added besides is not ours."""
    found: dict[ScreenField, list[Mapping[str, Any]]] = {}
    for item in result if isinstance(result, list) else []:
        if isinstance(item, Mapping) and item.get("from_name") in FIELDS:
            found.setdefault(item["from_name"], []).append(item)
    return found


def _value(item: Mapping[str, Any], key: str) -> list[str]:
    value = item.get("value")
    held = value.get(key) if isinstance(value, Mapping) else None
    held = [held] if isinstance(held, str) else held
    return [text for text in held if isinstance(text, str)] if isinstance(held, list) else []


def _ticks(items: Sequence[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(tick for item in items for tick in _value(item, "choices")))


def _texts(items: Sequence[Mapping[str, Any]]) -> list[str]:
    return [text for item in items for text in _value(item, "text")]


def _clean(text: str) -> str:
    """Without the newlines that Enter leaves behind, and without what JSON may hold but UTF-8 may not."""
    return text.replace("\r\n", "\n").encode(errors="replace").decode().strip()


def _entries(fields: Mapping[ScreenField, Sequence[Mapping[str, Any]]], answers: Answers) -> _Entries:
    aus, emotions = _ticks(fields.get(AUS, [])), _ticks(fields.get(EMOTION, []))
    texts = tuple(_clean("\n".join(_texts(fields.get(stage, [])))) for stage in STAGES)
    faults = [
        *(f"{code!r} is not on the list of AUs" for code in aus if code not in answers.aus),
        *(f"{name!r} is not on the list of emotions" for name in emotions if name not in answers.emotions),
        *(["no emotion is chosen"] if not emotions else []),
        *([f"several emotions are chosen: {', '.join(emotions)}"] if len(emotions) > 1 else []),
        *(f"the {_STAGE_NAMES[stage]} is empty" for stage, text in zip(STAGES, texts, strict=True) if not text),
    ]
    ordered = tuple(code for code in answers.aus if code in aus)
    claims = _clean("\n".join(_texts(fields.get(CLAIMS, []))))
    return _Entries(ordered, tuple(emotions), texts, claims, "; ".join(map(_clean, faults)) or None)


def _proof(entries: _Entries, draft: Draft | None) -> tuple[Annotation | None, str | None]:
    """What the person wrote as an annotation; or else which claim cannot be read."""
    motion_analysis, expression_inference, conclusion = entries.texts
    proof = Annotation(
        claims=(),
        motion_analysis=motion_analysis,
        expression_inference=expression_inference,
        conclusion=conclusion,
        aus=entries.aus,
        emotion=entries.emotions[0],
    )
    if draft is None:
        return proof, None
    claims = derive_claims(draft.annotation, proof, draft.lang)
    if entries.claims:
        try:
            claims = corrected_claims(entries.claims, draft.annotation.claims, claims, draft.lang)
        except MeuError as error:
            return None, _clean(str(error))
    linked = proof.model_copy(update={"claims": claims, "statements": draft.annotation.statements})
    return linked if linked.linked else proof.model_copy(update={"claims": claims}), None


def _origin(items: Sequence[Mapping[str, Any]]) -> FieldOrigin:
    """Where a field's content came from, as Label Studio marks it; what came through the API may have no mark."""
    if not items:
        return "empty"
    marks = {mark for item in items for mark in _MARKS if item.get("origin") == mark}
    if len(marks) > 1:
        return "prediction-changed"
    return next(iter(marks), "manual")


def _untouched(
    draft: Draft | None, edits: Mapping[ProofField, float], origins: Mapping[ProofField, FieldOrigin]
) -> bool:
    """Whether a person left all as it was, as far as that shows without the draft."""
    if draft is not None:
        return not any(edits.values())
    return all(origin in {"prediction", "empty"} for origin in origins.values())


def _edits(draft: Annotation, proof: Annotation) -> dict[ProofField, float]:
    edits: dict[ProofField, float] = {
        "aus": _share(set(draft.aus), set(proof.aus)),
        "emotion": float(draft.emotion != proof.emotion),
        "claims": _share(set(draft.claims), set(proof.claims)),
    }
    for stage in STAGES:
        edits[stage] = _distance(_clean(getattr(draft, stage)), getattr(proof, stage))  # type: ignore[index]
    return edits


def _share(before: Set[object], after: Set[object]) -> float:
    """How much of two sets they do not have in common, 0 to 1."""
    return len(before ^ after) / len(before | after) if before | after else 0.0


def _joined(annotation: Annotation) -> str:
    return "\n".join(_clean(getattr(annotation, stage)) for stage in STAGES)


def _distance(one: str, other: str) -> float:
    """Levenshtein's distance over the length of the longer text: 0 equal to 1 nothing in common."""
    try:
        from rapidfuzz.distance import Levenshtein
    except ImportError as error:
        raise MissingExtraError(
            f"{error.name} is missing, which compares texts: pip install 'meu-data[labelstudio]'"
        ) from error
    return round(Levenshtein.normalized_distance(one, other), 4)


def _amount(value: object) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        amount = float(value)
    except OverflowError:  # JSON's whole numbers may be of any length
        return None
    return amount if math.isfinite(amount) and amount >= 0 else None


def _rating(items: Sequence[Mapping[str, Any]]) -> int | None:
    for item in items:
        value = item.get("value")
        stars = _amount(value.get("rating")) if isinstance(value, Mapping) else None
        if stars is not None and stars == int(stars) and 1 <= stars <= MAX_RATING:
            return int(stars)
    return None
