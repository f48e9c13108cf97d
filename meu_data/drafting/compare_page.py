"""The drafts of several models side by side on one page of HTML, which needs nothing beside it."""

import base64
import itertools
from pathlib import Path
from typing import Any

import jinja2

from meu_data.drafting.compare import Comparison
from meu_data.errors import FrameError, MeuError
from meu_data.frames import read_bytes
from meu_data.records import ANNOTATION_STAGES
from meu_data.store.confined import confined
from meu_data.store.drafts import DraftsOfSample, drafts_of_all
from meu_data.store.files import explained, whole_file
from meu_data.store.workspace import Workspace

_PAGE = Path(__file__).with_suffix(".html.jinja")


def write_page(workspace: Workspace, comparison: Comparison, path: Path, *, most: int = 100) -> None:
    """Writes the page: the figures of a comparison, and the drafts of its first samples beside their maps.

    Args:
        workspace: Whose drafts were compared.
        comparison: What `compare` found.
        path: The file to write; one that is there is replaced.
        most: So many samples at the most.

    Raises:
        MeuError: The file cannot be written.
    """
    names = [side.model for side in comparison.sides]
    found = itertools.islice(drafts_of_all(workspace.ledger, names, comparison.lang), most)
    samples = [_shown(workspace, comparison, one) for one in found]
    template = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(
        _PAGE.read_text(encoding="utf-8")
    )
    text = template.render(
        lang=comparison.lang,
        comparison=comparison,
        figures=[name for name in type(comparison.sides[0]).model_fields if name != "model"],
        shared=("aus", "emotion", "regions", "direction", "intensity", "evidence"),
        samples=samples,
        shown=len(samples),
    )
    with explained(path), whole_file(path) as stream:
        stream.write(text.encode("utf-8", "replace"))


def _shown(workspace: Workspace, comparison: Comparison, found: DraftsOfSample) -> dict[str, Any]:
    sample = next(workspace.ledger.samples(only=found.sample_id))
    drafts = [
        {
            "model": model,
            "score": grounding.score if grounding else None,
            "texts": [getattr(draft.annotation, stage) for stage in ANNOTATION_STAGES],
            "aus": ", ".join(draft.annotation.aus) or "-",
            "emotion": draft.annotation.emotion or "-",
            "flags": [
                (flag.severity, flag.sentence(comparison.lang)) for flag in (grounding.flags if grounding else ())
            ],
        }
        for model, (draft, grounding) in found.by_model.items()
    ]
    first = next(iter(found.by_model.values()))[0]
    motion = workspace.ledger.motion(found.sample_id, first.recipe)
    return {
        "id": found.sample_id,
        "aus": " ".join(au.code for au in sample.coded_aus),
        "emotion": sample.emotion,
        "drafts": drafts,
        "map": _picture(workspace, motion.map_file) if motion else None,
    }


def _picture(workspace: Workspace, file: str) -> str | None:
    try:
        data = read_bytes(confined(workspace.root, file), name=file)
    except (FrameError, MeuError):
        return None  # the texts can be compared without it
    return base64.b64encode(data).decode()
