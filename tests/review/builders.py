"""Reviews as `pull` would store them, for any test that needs some."""

from meu_data.records import Annotation, Claim, Draft, Review, sample_id
from meu_data.store.ledger import Ledger
from meu_data.store.reviews import name_annotators, store_review

SAMPLE = sample_id("dfme", "s1", "a", 1, 5)
ANNA, BO, CY = "anna@lab.example", "bo@lab.example", "cy@lab.example"


def clock(minute: int) -> str:
    """The server's clock on one day, so many minutes after eight."""
    return f"2026-11-20T{8 + minute // 60:02d}:{minute % 60:02d}:00Z"


def make_annotation(
    emotion: str = "happiness", aus: tuple[str, ...] = ("AU6", "AU12"), *, conclusion: str = "They are glad."
) -> Annotation:
    """A three-stage annotation whose one claim is about the left corner of the mouth."""
    claim = Claim(region="left_mouth_corner", colour="blue", direction="up-left", intensity="moderate", au="AU12")
    return Annotation(
        claims=(claim,),
        motion_analysis="The left corner of the mouth moves up and to the left.",
        expression_inference="A raised cheek and corner of the mouth speak for a smile.",
        conclusion=conclusion,
        aus=aus,
        emotion=emotion,
    )


def make_draft(
    sample: str = SAMPLE, *, model: str = "offline-1", lang: str = "en", annotation: Annotation | None = None
) -> Draft:
    """A draft of a sample."""
    return Draft.model_validate(
        {
            "sample_id": sample,
            "model": model,
            "lang": lang,
            "recipe": "robust",
            "map_sha256": "0" * 64,
            "prompt_sha256": "1" * 64,
            "annotation": annotation or make_annotation(),
        }
    )


def make_review(
    annotator: str = ANNA,
    *,
    sample: str = SAMPLE,
    minute: int = 10,
    annotation_id: int = 1,
    emotion: str = "happiness",
    aus: tuple[str, ...] = ("AU6", "AU12"),
    model: str = "offline-1",
    **changes: object,
) -> Review:
    """A review that accepts the draft as it is, unless told otherwise.

    Args:
        annotator: Who.
        sample: Of which sample.
        minute: When it was last changed, see `clock`.
        annotation_id: Its number on the server.
        emotion: Of the proof.
        aus: Of the proof.
        model: Whose draft it was.
        **changes: Any other fields of the record. With `skipped` or `fault` there is no proof and no verdict.
    """
    void = bool(changes.get("skipped") or changes.get("fault"))
    fields: dict[str, object] = {
        "sample_id": sample,
        "project": "project-1",
        "task": 1,
        "annotation_id": annotation_id,
        "annotator": annotator,
        "created_at": clock(minute),
        "updated_at": clock(minute),
        "lead_time_s": 20.0,
        "verdict": None if void else "accept",
        "draft": make_draft(sample, model=model),
        "proof": None if void else make_annotation(emotion, aus),
        "edits": {} if void else dict.fromkeys(("motion_analysis", "expression_inference", "conclusion"), 0.0),
        "edit_distance": None if void else 0.0,
    }
    return Review.model_validate(fields | changes)


def store(ledger: Ledger, *reviews: Review) -> list[bool]:
    """Stores reviews and names their annotators, as one pull does; says which were new."""
    with ledger.transaction():
        new = [store_review(ledger, review) for review in reviews]
        name_annotators(ledger)
    return new


def history(ledger: Ledger, project: str, annotation_id: int) -> list[Review]:
    """All versions of one annotation that were pulled, oldest first."""
    query = "SELECT record FROM reviews WHERE project = ? AND annotation_id = ? ORDER BY updated_at"
    return [Review.model_validate_json(record) for (record,) in ledger.db.rows(query, (project, annotation_id))]
