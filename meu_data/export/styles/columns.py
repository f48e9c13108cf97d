"""The columns that styles share: pictures, labels, claims and where a row comes from."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

import meu_data
from meu_data.export.samples.pictures import RowPicture
from meu_data.export.samples.truth import SampleTruth, TextSource
from meu_data.face.au_notation import facs_notation
from meu_data.records import file_stem

# What `datasets` decodes to a picture when the footer names the column as such.
IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])

CLAIM = pa.struct(
    [
        ("region", pa.string()),
        ("colour", pa.string()),
        ("direction", pa.string()),
        ("intensity", pa.string()),
        ("au", pa.string()),
    ]
)

PROVENANCE = pa.struct(
    [
        ("onset_sha256", pa.string()),
        ("apex_sha256", pa.string()),
        ("beside_sha256", pa.list_(pa.string())),
        ("map_sha256", pa.string()),
        ("recipe", pa.string()),
        ("solver", pa.string()),
        ("draft_model", pa.string()),
        ("draft_facts", pa.string()),
        ("prompt_sha256", pa.string()),
        ("response_id", pa.string()),
        ("annotator", pa.string()),
        ("verdict", pa.string()),
        ("edit_distance", pa.float64()),
        ("grounding", pa.float64()),
        ("map_trust", pa.float64()),
        ("map_flags", pa.list_(pa.string())),
        ("map_confirmed", pa.bool_()),
        ("corpus_emotion", pa.string()),
        ("corpus_facs", pa.string()),
        ("au_reading", pa.string()),
        ("onset_by", pa.string()),
        ("apex_by", pa.string()),
        ("apex_confidence", pa.float64()),
        ("tool_version", pa.string()),
    ]
)

# What was measured on one region; the side in its name is the picture's, y points down, px of the map.
MOTION = pa.struct(
    [
        ("region", pa.string()),
        ("direction", pa.string()),
        ("intensity", pa.string()),
        ("mean", pa.float64()),
        ("max", pa.float64()),
        ("direction_deg", pa.float64()),
        ("coherence", pa.float64()),
        ("significance", pa.float64()),
        ("state", pa.string()),
        ("reason", pa.string()),
        ("error_px", pa.float64()),
        ("trust", pa.float64()),
        ("closure", pa.float64()),
    ]
)

LABELS: tuple[pa.Field, ...] = (
    pa.field("corpus", pa.string()),
    pa.field("subject", pa.string()),
    pa.field("emotion", pa.string()),
    pa.field("classes", pa.string()),
    pa.field("aus", pa.list_(pa.string())),
    pa.field("facs", pa.string()),
    pa.field("split", pa.string()),
    pa.field("lang", pa.string()),
    pa.field("source", pa.string()),
    pa.field("image_sha256", pa.list_(pa.string())),
    pa.field("claims", pa.list_(CLAIM)),
    pa.field("provenance", PROVENANCE),
)


_SOURCES: dict[TextSource, str] = {"drafts": "draft", "proofread": "proofread", "labels": "labels"}


def motion_map(truth: SampleTruth) -> RowPicture:
    """A sample's map under a name that is safe on every file system, without any folder of this machine."""
    return RowPicture.of(f"{file_stem(truth.sample.id)}.png", truth.map_png)


def region_motion(truth: SampleTruth) -> list[dict[str, Any]]:
    """The values of a column of `MOTION`, one of each region."""
    return [
        {
            "region": region.region,
            "direction": region.octant,
            "intensity": region.intensity,
            "mean": region.mean,
            "max": region.max,
            "direction_deg": region.direction_deg,
            "coherence": region.coherence,
            "significance": region.significance,
            "state": region.state,
            "reason": region.reason,
            "error_px": region.error_px,
            "trust": region.trust,
            "closure": region.closure,
        }
        for region in truth.motion.regions
    ]


def labels(truth: SampleTruth, pictures: Sequence[RowPicture]) -> dict[str, Any]:
    """The values of the columns `LABELS`.

    `emotion`, `aus` and `facs` are the person's in a proofread row; what the corpus says is in `provenance`. `classes`
    names the protocol whose class `emotion` is, null where it is the emotion as labelled. `aus` has base codes such as
    `AU12`, by number, each once, and is null where none are labelled; `facs` keeps sides (the person's own) and
    intensities. The sides in `claims` are the picture's.
    """
    sample, units = truth.sample, truth.told_aus
    return {
        "corpus": sample.corpus,
        "subject": sample.subject,
        "emotion": truth.told_emotion,
        "classes": truth.classes.name if truth.classes else None,
        "aus": None if units is None else [f"AU{number}" for number in sorted({au.number for au in units})],
        "facs": None if units is None else facs_notation(units),
        "split": sample.split,
        "lang": truth.lang,
        "source": _SOURCES[truth.source],
        "image_sha256": [picture.sha256 for picture in pictures],
        "claims": [claim.model_dump() for claim in truth.annotation.claims] if truth.annotation else [],
        "provenance": _provenance(truth),
    }


def _provenance(truth: SampleTruth) -> dict[str, Any]:
    motion, draft, review = truth.motion, truth.draft, truth.review
    return {
        "onset_sha256": motion.onset_sha256,
        "apex_sha256": motion.apex_sha256,
        "beside_sha256": [frame.sha256 for frame in (*motion.onset_beside, *motion.apex_beside)],
        "map_sha256": motion.map_sha256,
        "recipe": motion.recipe,
        "solver": motion.solver,
        "draft_model": draft.model if draft else None,
        "draft_facts": draft.facts if draft else None,
        "prompt_sha256": draft.prompt_sha256 if draft else None,
        "response_id": draft.response_id if draft else None,
        "annotator": truth.annotator,
        "verdict": review.verdict if review else None,
        "edit_distance": truth.edit_distance,
        "grounding": review.grounding if review else None,
        "map_trust": motion.quality.trust,
        "map_flags": list(motion.quality.flags),
        "map_confirmed": review.map_confirmed if review else None,
        "corpus_emotion": truth.sample.emotion,
        "corpus_facs": None if truth.sample.aus is None else facs_notation(truth.sample.aus),
        "au_reading": truth.sample.au_reading,
        "onset_by": truth.sample.onset_by,
        "apex_by": truth.sample.apex_by,
        "apex_confidence": truth.sample.spot.confidence if truth.sample.spot else None,
        "tool_version": meu_data.__version__,
    }
