"""The names that the labelling screen, its tasks and what comes back from them have in common."""

from typing import Literal, get_args

from meu_data.choices import Verdict
from meu_data.records import Record

ScreenField = Literal[
    "aus",
    "emotion",
    "motion_analysis",
    "expression_inference",
    "conclusion",
    "claims",
    "verdict",
    "quality",
    "map",
    "comment",
]
FieldKind = Literal["choices", "textarea", "rating"]
ScreenPicture = Literal["motion", "onset", "apex"]

AUS: ScreenField = "aus"
EMOTION: ScreenField = "emotion"
MOTION_ANALYSIS: ScreenField = "motion_analysis"
EXPRESSION_INFERENCE: ScreenField = "expression_inference"
CONCLUSION: ScreenField = "conclusion"
CLAIMS: ScreenField = "claims"
VERDICT: ScreenField = "verdict"
QUALITY: ScreenField = "quality"
MAP: ScreenField = "map"
COMMENT: ScreenField = "comment"

FIELDS: tuple[ScreenField, ...] = get_args(ScreenField)
"""What an annotator fills in, in the order of the screen: `from_name` of the results."""

STAGES: tuple[ScreenField, ...] = (MOTION_ANALYSIS, EXPRESSION_INFERENCE, CONCLUSION)
"""The three texts, which may not be empty."""

KINDS: dict[ScreenField, FieldKind] = {
    AUS: "choices",
    EMOTION: "choices",
    MOTION_ANALYSIS: "textarea",
    EXPRESSION_INFERENCE: "textarea",
    CONCLUSION: "textarea",
    CLAIMS: "textarea",
    VERDICT: "choices",
    QUALITY: "rating",
    MAP: "choices",
    COMMENT: "textarea",
}
"""The `type` of each field's results."""

VALUE_KEYS: dict[FieldKind, str] = {"choices": "choices", "textarea": "text", "rating": "rating"}
"""The key below `value` that holds what was ticked, written or given: a list, or the number of stars."""

TO_NAME = "motion"
"""The picture that all fields are about: `to_name` of the results."""

PICTURES: tuple[ScreenPicture, ...] = get_args(ScreenPicture)
"""Keys of a task's data that hold the URL of a picture."""

MAX_RATING = 5
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
CONFIRMED = "confirmed"
"""What is ticked about a map whose colours the person found to be the face's own motion."""


class Answers(Record):
    """The closed lists that a project's screen offers: AU codes by number and side, and emotions."""

    aus: tuple[str, ...]
    emotions: tuple[str, ...]

    def of(self, field: ScreenField) -> tuple[str, ...]:
        """What may be ticked in a field of choices."""
        return {AUS: self.aus, EMOTION: self.emotions, VERDICT: VERDICTS, MAP: (CONFIRMED,)}[field]
