"""What a workspace holds as pandas DataFrames: one row per sample, region, draft, review or problem.

All tables have `sample_id`, so that they merge; rows come in the order of the ids. A column `aus` holds a list of codes
(`AU12`, or `LAU12` and `RAU12` when one-sided: the *person's* side, while names of regions say the side *in the
picture*); `explode("aus")` makes a row for each:

    regions = meu_data.tables.regions(workspace)
    regions.explode("aus").groupby(["aus", "region"])["dx"].mean()

What is not known is missing (NaN, NaT or NA, by the column's dtype; None in a column of objects). pandas is the extra
`tables`: it takes .3 s to load, five times the rest of a library call, and no stage needs it. Where it is missing
each table raises MissingExtraError; where the ledger cannot be read, LedgerError.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, islice
from typing import TYPE_CHECKING, get_args

from meu_data.choices import Recipe
from meu_data.errors import MissingExtraError
from meu_data.face.regions import CLAIMABLE, INTENSITIES, Direction
from meu_data.records import Annotation, Motion, Review, Sample
from meu_data.store.damage import on_a_sound_ledger

if TYPE_CHECKING:
    import pandas as pd

    from meu_data.store.workspace import Workspace

# So many rows are Python objects at a time: there are 36 times as many regions as samples.
_CHUNK = 20_000
_CATEGORIES: dict[str, Sequence[str]] = {
    "region": CLAIMABLE,
    "octant": get_args(Direction),
    "intensity": INTENSITIES,
    "place": get_args(Direction),
}


def _columns(*groups: str) -> dict[str, str]:
    """Dtypes by column from groups such as `onset apex: int64`."""
    split = (group.partition(": ") for group in groups)
    return {name: dtype for names, _, dtype in split for name in names.split()}


_OF_REGION = _columns(
    "region: category",
    "moving: bool",
    "mean max dx dy direction_deg: float64",
    "octant: category",
    "coherence significance: float64",
    "intensity: category",
    "closure: float64",
    "place: category",
)
_TEXTS = _columns("motion_analysis expression_inference conclusion: str")
_SAMPLES = _columns(
    "sample_id corpus split subject clip: str",
    "onset: int64",
    "apex: Int64",
    "offset: int64",
    "emotion: str",
    "aus: object",
    "facs kind au_reading onset_frame apex_frame: str",
    "width height: int64",
    "sheet: str",
    "row: int64",
)
_REGIONS = _columns("sample_id corpus split subject emotion: str", "aus: object", "recipe: str") | _OF_REGION
_DRAFTS = (
    _columns("sample_id model lang recipe: str", "aus: object", "emotion: str", "claims: int64", "score: float64")
    | _columns("sound: boolean", "flags: object", "statements contradicted unread: Int64")
    | _TEXTS
    | _columns("response_id: str")
)
_REVIEWS = (
    _columns("sample_id annotator project: str", "annotation_id: int64", "created_at updated_at: datetime64[us, UTC]")
    | _columns("lead_time_s: float64", "skipped: bool", "verdict: str", "verdict_ticked: bool", "quality: Int64")
    | _columns("comment model lang: str", "draft_score: float64", "draft_flags aus: object", "emotion: str")
    | _TEXTS
    | _columns("edit_distance score: float64", "fault: str")
)
_PROBLEMS = _columns("stage corpus split file: str", "row: Int64", "sample_id reason: str")


@on_a_sound_ledger
def samples(workspace: "Workspace") -> "pd.DataFrame":
    """The samples, one row each.

    | column | dtype | |
    |---|---|---|
    | sample_id | str | |
    | corpus | str | |
    | split | str | |
    | subject | str | |
    | clip | str | |
    | onset | int64 | frame number |
    | apex | Int64 | frame number; missing where there is none |
    | offset | int64 | frame number |
    | emotion | str | as the corpus labels it; missing where it does not |
    | aus | object | list of codes; empty where the corpus names none |
    | facs | str | the same in FACS notation, with intensities: `4+R12A` |
    | kind | str | micro or macro |
    | au_reading | str | which of the coder's AUs count: `all`, or `certain` ones |
    | onset_frame | str | below the frames folder |
    | apex_frame | str | below the frames folder |
    | width | int64 | px |
    | height | int64 | px |
    | sheet | str | file name |
    | row | int64 | as a spreadsheet shows it |
    """
    return _table(_SAMPLES, (_sample_row(sample) for sample in workspace.ledger.samples()))


@on_a_sound_ledger
def regions(workspace: "Workspace", recipe: Recipe | None = None) -> "pd.DataFrame":
    """The measured motion of the regions, one row for each region of each rendered sample.

    Lengths are px of the map: with recipe `robust` all faces have the same size there, so samples compare.

    | column | dtype | |
    |---|---|---|
    | sample_id | str | |
    | corpus | str | |
    | split | str | |
    | subject | str | |
    | emotion | str | of the sample |
    | aus | object | of the sample, list of codes |
    | recipe | str | of the map |
    | region | category | side in the picture; in the order of the face |
    | moving | bool | beyond the map's noise |
    | mean | float64 | mean magnitude, px |
    | max | float64 | 99th percentile of the magnitude, px |
    | dx | float64 | mean vector, px to the right |
    | dy | float64 | mean vector, px down |
    | direction_deg | float64 | of the mean vector; right 0, down 90 |
    | octant | category | clockwise from right; `none` last |
    | coherence | float64 | 0 to 1 |
    | significance | float64 | length of the mean vector in units of the map's noise |
    | intensity | category | ordered from none to strong |
    | closure | float64 | of an upper lid: share of the eye's opening that closed |
    | place | category | of `outside_face` that moves: which way from the face |
    """
    rendered = workspace.ledger.samples_with_motion(recipe or workspace.settings.recipe)
    return _table(_REGIONS, chain.from_iterable(_region_rows(sample, motion) for sample, motion in rendered))


@on_a_sound_ledger
def drafts(workspace: "Workspace") -> "pd.DataFrame":
    """The drafts, by sample, model and language, with what the last `verify` found.

    | column | dtype | |
    |---|---|---|
    | sample_id | str | |
    | model | str | `…+rejected`: the version that a repair replaced |
    | lang | str | |
    | recipe | str | of the map it describes |
    | aus | object | list of codes |
    | emotion | str | |
    | claims | int64 | how many |
    | score | float64 | grounding, 0 to 1; missing before `verify` |
    | sound | boolean | whether no flag is serious; missing before `verify` |
    | flags | object | list of the flags' kinds, the worst first; None before `verify` |
    | statements | Int64 | of the three texts; missing before `verify` |
    | contradicted | Int64 | of them by the measurement or the labels |
    | unread | Int64 | of them about the face and not understood |
    | motion_analysis | str | |
    | expression_inference | str | |
    | conclusion | str | |
    | response_id | str | missing offline |
    """
    return _table(_DRAFTS, _draft_rows(workspace))


@on_a_sound_ledger
def reviews(workspace: "Workspace") -> "pd.DataFrame":
    """What annotators said last, one row for each annotation that still is on its server, the oldest of a sample first.

    | column | dtype | |
    |---|---|---|
    | sample_id | str | |
    | annotator | str | pseudonym |
    | project | str | its key |
    | annotation_id | int64 | on the server |
    | created_at | datetime64[us, UTC] | by the server's clock |
    | updated_at | datetime64[us, UTC] | by the server's clock |
    | lead_time_s | float64 | |
    | skipped | bool | |
    | verdict | str | accept, fixed, reject or needs_expert; missing when skipped or at fault |
    | verdict_ticked | bool | otherwise it follows from the edits |
    | quality | Int64 | 1 to 5 |
    | comment | str | |
    | model | str | whose draft the person was shown |
    | lang | str | of that draft |
    | draft_score | float64 | grounding of that draft, as shown |
    | draft_flags | object | list of the kinds of its flags, as shown |
    | aus | object | of the proof, list of codes; None when skipped or at fault |
    | emotion | str | of the proof |
    | motion_analysis | str | of the proof |
    | expression_inference | str | of the proof |
    | conclusion | str | of the proof |
    | edit_distance | float64 | draft to proof, 0 equal to 1 nothing in common |
    | score | float64 | grounding of the proof |
    | fault | str | the rule that it breaks |
    """
    return _table(_REVIEWS, _review_rows(workspace))


@on_a_sound_ledger
def problems(workspace: "Workspace") -> "pd.DataFrame":
    """What could not be done, by stage, corpus, split, then row or sample.

    | column | dtype | |
    |---|---|---|
    | stage | str | |
    | corpus | str | |
    | split | str | |
    | file | str | the sheet's name |
    | row | Int64 | as a spreadsheet shows it |
    | sample_id | str | missing where a row is no sample |
    | reason | str | what is wrong and what to do |
    """
    found = workspace.ledger.problems()
    return _table(_PROBLEMS, (tuple(getattr(problem, name) for name in _PROBLEMS) for problem in found))


def _sample_row(sample: Sample) -> tuple[object, ...]:
    known = {
        "sample_id": sample.id,
        "aus": [unit.code for unit in sample.coded_aus],
        "facs": "+".join(unit.facs for unit in sample.coded_aus),
    }
    return tuple(known[name] if name in known else getattr(sample, name) for name in _SAMPLES)


def _region_rows(sample: Sample, motion: Motion) -> Iterator[tuple[object, ...]]:
    # One list for all regions of a sample: it is looked at, and `explode` copies it.
    of_sample = (sample.id, sample.corpus, sample.split, sample.subject, sample.emotion)
    aus = [unit.code for unit in sample.coded_aus]
    for region in motion.regions:
        yield (*of_sample, aus, motion.recipe, *(getattr(region, name) for name in _OF_REGION))


def _draft_rows(workspace: "Workspace") -> Iterator[tuple[object, ...]]:
    from meu_data.store.drafts import drafts_with_grounding

    for draft, grounding in drafts_with_grounding(workspace.ledger):
        annotation = draft.annotation
        yield (
            draft.sample_id,
            draft.model,
            draft.lang,
            draft.recipe,
            list(annotation.aus),
            annotation.emotion,
            len(annotation.claims),
            grounding and grounding.score,
            grounding and grounding.sound,
            grounding and [flag.kind for flag in grounding.flags],
            grounding and grounding.statements,
            grounding and sum(found.finding == "contradicted" for found in grounding.findings),
            grounding and grounding.statements - grounding.checked,
            *_texts(annotation),
            draft.response_id,
        )


def _review_rows(workspace: "Workspace") -> Iterator[tuple[object, ...]]:
    from meu_data.store.reviews import pseudonyms, reviews_by_sample

    names = pseudonyms(workspace.ledger)
    for _, of_sample in reviews_by_sample(workspace.ledger):
        for review in of_sample:
            yield _review_row(review, names.get(review.annotator))


def _review_row(review: Review, pseudonym: str | None) -> tuple[object, ...]:
    draft, proof = review.draft, review.proof
    return (
        review.sample_id,
        pseudonym,
        review.project,
        review.annotation_id,
        datetime.fromisoformat(review.created_at),
        datetime.fromisoformat(review.updated_at),
        review.lead_time_s,
        review.skipped,
        review.verdict,
        review.verdict_ticked,
        review.quality,
        review.comment,
        draft and draft.model,
        draft and draft.lang,
        review.draft_score,
        list(review.draft_flags),
        proof and list(proof.aus),
        proof and proof.emotion,
        *_texts(proof),
        review.edit_distance,
        review.grounding,
        review.fault,
    )


def _texts(annotation: Annotation | None) -> tuple[str | None, ...]:
    if annotation is None:
        return (None, None, None)
    return annotation.motion_analysis, annotation.expression_inference, annotation.conclusion


def _table(columns: dict[str, str], rows: Iterable[tuple[object, ...]]) -> "pd.DataFrame":
    """The rows as a DataFrame with these columns and dtypes, whether there are any or not."""
    try:
        import pandas as pd
    except ImportError as error:
        raise MissingExtraError("tables need pandas: pip install 'meu-data[tables]'") from error
    dtypes = {
        name: pd.CategoricalDtype([*_CATEGORIES[name]], ordered=name == "intensity") if dtype == "category" else dtype
        for name, dtype in columns.items()
    }
    left = iter(rows)

    def chunk() -> "pd.DataFrame":
        records = list(islice(left, _CHUNK))
        return pd.DataFrame.from_records(records, columns=list(columns)).astype(dtypes)

    # An empty table has its dtypes from an empty chunk.
    chunks = [chunk()]
    while len(chunks[-1]) == _CHUNK:
        chunks.append(chunk())
    return pd.concat(chunks, ignore_index=True)
