"""The names that the labelling screen, its tasks and what comes back from them have in common."""

from typing import Literal, get_args

from meu_data.choices import Verdict
from meu_data.records import Record

Field = Literal[
    "aus",
    "emotion",
    "motion_analysis",
    "expression_inference",
    "conclusion",
    "claims",
    "verdict",
    "quality",
    "comment",
]
Kind = Literal["choices", "textarea", "rating"]
Picture = Literal["motion", "onset", "apex"]

AUS: Field = "aus"
EMOTION: Field = "emotion"
MOTION_ANALYSIS: Field = "motion_analysis"
EXPRESSION_INFERENCE: Field = "expression_inference"
CONCLUSION: Field = "conclusion"
CLAIMS: Field = "claims"
VERDICT: Field = "verdict"
QUALITY: Field = "quality"
COMMENT: Field = "comment"

FIELDS: tuple[Field, ...] = get_args(Field)
"""What an annotator fills in, in the order of the screen: `from_name` of the results."""

STAGES: tuple[Field, ...] = (MOTION_ANALYSIS, EXPRESSION_INFERENCE, CONCLUSION)
"""The three texts, which may not be empty."""

KINDS: dict[Field, Kind] = {
    AUS: "choices",
    EMOTION: "choices",
    MOTION_ANALYSIS: "textarea",
    EXPRESSION_INFERENCE: "textarea",
    CONCLUSION: "textarea",
    CLAIMS: "textarea",
    VERDICT: "choices",
    QUALITY: "rating",
    COMMENT: "textarea",
}
"""The `type` of each field's results."""

VALUE_KEYS: dict[Kind, str] = {"choices": "choices", "textarea": "text", "rating": "rating"}
"""The key below `value` that holds what was ticked, written or given: a list, or the number of stars."""

TO_NAME = "motion"
"""The picture that all fields are about: `to_name` of the results."""

PICTURES: tuple[Picture, ...] = get_args(Picture)
"""Keys of a task's data that hold the URL of a picture."""

MAX_RATING = 5
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


class Answers(Record):
    """The closed lists that a project's screen offers: AU codes by number and side, and emotions."""

    aus: tuple[str, ...]
    emotions: tuple[str, ...]

    def of(self, field: Field) -> tuple[str, ...]:
        """What may be ticked in a field of choices."""
        return {AUS: self.aus, EMOTION: self.emotions, VERDICT: VERDICTS}[field]
