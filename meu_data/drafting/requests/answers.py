"""What a model must answer, and what its answer is worth: a pure reading, so that a stored answer can be read again."""

import copy
import json
import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, Literal, NamedTuple, TypeVar

from pydantic import Field, ValidationError

from meu_data.choices import Language
from meu_data.drafting.providers.base import Reply
from meu_data.drafting.requests.spec import RequestSpec
from meu_data.errors import MissingExtraError
from meu_data.face.emotions import EMOTION_NAMES
from meu_data.face.regions import CLAIMABLE
from meu_data.language.layout import language
from meu_data.language.lexer import plain
from meu_data.records import ANNOTATION_STAGES, Annotation, Record, Statement, joined_text, linked_claims

# What a model answers where the corpus labels no emotion.
NO_EMOTION = "none"
# Finish reasons of the two services that are the end of an ordinary answer, or of one that ran out of room.
_ENDED = frozenset({"STOP", "FINISH_REASON_UNSPECIFIED"})
_CUT_OFF = frozenset({"MAX_TOKENS"})
_REFUSING = frozenset(
    {"SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "MODEL_ARMOR", "ESCALATION"}
)

# A text of two to six sentences is asked for.
_MOST_STATEMENTS = 12
_AU_NUMBER = re.compile(r"\d+")

# Of a text that is to be repaired: letters, and letters times brackets. Answers have 3,000 to 6,000 and 20 to 60.
_LONGEST_REPAIRED = 32_000
_MOST_WORK = 1_000_000


class Answer(Record):
    """The answer's form: the annotation with its first stage as statements, and the sample's id echoed."""

    sample_id: str
    motion_analysis: tuple[Statement, ...] = Field(min_length=1)
    expression_inference: str = Field(min_length=1)
    conclusion: str = Field(min_length=1)
    aus: tuple[str, ...]
    emotion: str

    def annotation(self) -> Annotation:
        """The annotation that is stored."""
        told = self.motion_analysis
        return Annotation(
            claims=linked_claims(told),
            statements=told,
            motion_analysis=joined_text(told),
            expression_inference=self.expression_inference,
            conclusion=self.conclusion,
            aus=self.aus,
            emotion=None if self.emotion == NO_EMOTION else self.emotion,
        )


class PlainAnswer(Annotation):
    """The form that was asked for before statements were: the text beside the claims. Stored answers have it."""

    sample_id: str

    def annotation(self) -> Annotation:
        """The annotation that is stored."""
        return Annotation.model_validate(self.model_dump(exclude={"sample_id"}))


class AnswerOutcome(NamedTuple):
    """What an answer is worth.

    `done`: `annotation` holds. `blocked`: the service refused; asking again is no use. `truncated`: the limit
    of tokens was too small. `invalid`: no annotation of this sample; `reason` says why, in words for the model.
    `repaired`: the JSON was repaired on the way.
    """

    state: Literal["done", "blocked", "truncated", "invalid"]
    reason: str = ""
    annotation: Annotation | None = None
    repaired: bool = False


@lru_cache(maxsize=1024)
def response_schema(
    aus: tuple[str, ...] | None = None, emotion: str | None = None, *, certain: bool = False
) -> dict[str, Any]:
    """The JSON Schema of the answer, made from the records: every field required, no references, names listed.

    Samples with the same labels share one; it is not to be changed.

    Args:
        aus: The codes that an answer may hold; any when None.
        emotion: The one that it must hold; any, or none, when None.
        certain: Whether at least one of the codes has to be there.

    The order is that of the record: the id first, so that the model begins with what it is about; then motion before
    AUs before emotion. The services take a part of JSON Schema only, so what they may not know (lengths, titles) is
    left out, and objects nest three deep (Gemini counts the states of a schema, OpenAI took five levels at first); the
    answer is validated against the whole record here.
    """
    plain = copy.deepcopy(_general_schema())
    properties = plain["properties"]
    if emotion is not None:
        properties["emotion"]["enum"] = [emotion]
    if aus is not None:
        properties["aus"] |= {"maxItems": len(aus), "minItems": int(certain)}
    if aus:
        properties["aus"]["items"]["enum"] = list(aus)
        claim = properties["motion_analysis"]["items"]["properties"]["claims"]["items"]["properties"]
        code = next(kind for kind in claim["au"]["anyOf"] if kind["type"] == "string")
        code["enum"] = list(aus)
    return plain


@cache
def _general_schema() -> dict[str, Any]:
    schema = Answer.model_json_schema()
    definitions = schema.pop("$defs")
    plain: dict[str, Any] = plain_schema(schema, definitions)
    properties = plain["properties"]
    properties["emotion"]["enum"] = [*EMOTION_NAMES, NO_EMOTION]
    properties["motion_analysis"]["maxItems"] = _MOST_STATEMENTS
    claims = properties["motion_analysis"]["items"]["properties"]["claims"]
    claims["maxItems"] = len(CLAIMABLE)
    claims["items"]["properties"]["region"]["enum"] = list(CLAIMABLE)
    return plain


def plain_schema(node: Any, definitions: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """A part of a record's schema as the services take it: no references, every field required."""
    if isinstance(node, list):
        return [plain_schema(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return plain_schema(copy.deepcopy(definitions[node["$ref"].rsplit("/", 1)[1]]), definitions)
    kept = {name: plain_schema(value, definitions) for name, value in node.items() if name not in _LEFT_OUT}
    if kept.get("type") == "object":
        kept["required"] = list(kept["properties"])
        kept["additionalProperties"] = False
    return kept


_LEFT_OUT = frozenset({"title", "default", "minLength", "minItems"})


def read_answer(spec: RequestSpec, reply: Reply) -> AnswerOutcome:
    """Reads the answer to a request; the same answer always has the same outcome.

    It is done when it has the form, is about the sample, keeps to the labels that the request gives (as the
    schema lists them), and its texts are in the language asked for.

    A fence around the JSON, or small slips in it, are repaired free of charge; a cut-off answer never is, as it
    would lose its end.
    """
    return outcome_of(reply, lambda text: _held_to(spec, _read(spec.sample_id, text)))


def _held_to(spec: RequestSpec, outcome: AnswerOutcome) -> AnswerOutcome:
    """The outcome of an answer of the right form, by what the request gave and asked for."""
    if outcome.annotation is None:
        return outcome
    wrong = _other_labels(spec.response_schema, outcome.annotation) or _other_language(spec.lang, outcome.annotation)
    return AnswerOutcome("invalid", wrong) if wrong else outcome


def _other_labels(schema: dict[str, Any], annotation: Annotation) -> str | None:
    asked = schema.get("properties", {})
    emotions = asked.get("emotion", {}).get("enum")
    emotion = annotation.emotion or NO_EMOTION
    if emotions and emotion not in emotions:
        return f"the emotion is {' or '.join(emotions[:3])}, as it was given, and not {emotion!r}"
    asked_aus = asked.get("aus", {})
    codes = asked_aus.get("items", {}).get("enum", ())
    # The side is left to grounding, which has words for it.
    given = {_AU_NUMBER.findall(code)[0] for code in codes}
    odd = next((code for code in annotation.aus if not set(_AU_NUMBER.findall(code)) & given), None)
    if odd is not None and "maxItems" in asked_aus:
        return f"{odd} is none of the action units that were given ({', '.join(codes) or 'none'})"
    if len(annotation.aus) < asked_aus.get("minItems", 0):
        return f"`aus` is empty, but these were given: {', '.join(codes)}"
    return None


def _other_language(lang: Language, annotation: Annotation) -> str | None:
    for stage in ANNOTATION_STAGES:
        if language(plain(getattr(annotation, stage))) not in (None, lang):
            return f"{stage} is not written in {'Chinese' if lang == 'zh' else 'English'}"
    return None


def outcome_of(reply: Reply, read: Callable[[str], AnswerOutcome]) -> AnswerOutcome:
    """The outcome of an answer of any form: `read` is asked only for one that may be whole."""
    return _ended_badly(reply) or _of_odd_end(reply, read(reply.text))


def _ended_badly(reply: Reply) -> AnswerOutcome | None:
    """The outcome of an answer that did not come to its ordinary end."""
    if reply.blocked:
        return AnswerOutcome("blocked", f"the service blocked the request ({reply.blocked})")
    if reply.finish_reason in _REFUSING:
        return AnswerOutcome("blocked", f"the service broke off the answer ({reply.finish_reason})")
    if reply.finish_reason in _CUT_OFF:
        spent = " (all of it went into thinking)" if not reply.text else ""
        return AnswerOutcome("truncated", f"the answer was cut off at the limit of output tokens{spent}")
    return None if reply.text.strip() else AnswerOutcome("invalid", "the answer was empty")


def _of_odd_end(reply: Reply, outcome: AnswerOutcome) -> AnswerOutcome:
    """The outcome of an answer whose finish reason may be one that this program does not know.

    It counts when it holds as it stands; a repair could paper over a lost end.
    """
    odd = bool(reply.finish_reason) and reply.finish_reason not in _ENDED
    if odd and (outcome.state != "done" or outcome.repaired):
        return AnswerOutcome("invalid", f"the answer ended for an unknown reason ({reply.finish_reason})")
    return outcome


def _read(sample_id: str, text: str) -> AnswerOutcome:
    """The outcome of a whole answer."""
    data, repaired = read_json(text)
    if not isinstance(data, dict):
        return AnswerOutcome("invalid", "the answer was no JSON object")
    plain = isinstance(data.get("motion_analysis"), str) and "claims" in data
    form: type[Answer | PlainAnswer] = PlainAnswer if plain else Answer
    try:
        answer = form.model_validate_json(json.dumps(data))
    except ValidationError as error:
        return AnswerOutcome("invalid", complaint(error))
    except (ValueError, RecursionError):
        return AnswerOutcome("invalid", "the answer was nested too deeply")
    if answer.sample_id != sample_id:
        return AnswerOutcome("invalid", f"the answer was about the sample {answer.sample_id!r}, not {sample_id!r}")
    annotation = answer.annotation()
    unknown = next((claim.region for claim in annotation.claims if claim.region not in CLAIMABLE), None)
    if unknown is not None:
        return AnswerOutcome("invalid", f"{unknown!r} is not one of the region names")
    return AnswerOutcome("done", annotation=annotation, repaired=repaired)


class AnswerForm(Record):
    """The form of an answer to another question than that for an annotation."""

    sample_id: str


_Form = TypeVar("_Form", bound=AnswerForm)


def read_form(form: type[_Form], sample_id: str, text: str) -> tuple[AnswerOutcome, _Form | None]:
    """The outcome of a whole answer of such a form, and what it says where it is done."""
    data, repaired = read_json(text)
    try:
        found = form.model_validate_json(json.dumps(data))
    except ValidationError as error:
        return AnswerOutcome("invalid", complaint(error)), None
    except (ValueError, RecursionError):
        return AnswerOutcome("invalid", "the answer was nested too deeply"), None
    if found.sample_id != sample_id:
        return AnswerOutcome("invalid", f"the answer was about {found.sample_id!r}, not {sample_id!r}"), None
    return AnswerOutcome("done", repaired=repaired), found


def read_json(text: str) -> tuple[Any, bool]:
    """The data in a text, and whether it had to be repaired; None when it is beyond that."""
    try:
        return json.loads(text.removeprefix("\ufeff")), False
    except (ValueError, RecursionError):  # also an integer of more digits than Python reads
        return (_repaired(text), True) if _repairable(text) else (None, False)


def _repairable(text: str) -> bool:
    """Whether repairing a text takes few seconds at most.

    json_repair may look through the rest of the text once for every bracket: 20 kB of open braces took it 14 s, in
    which no other answer is read.
    """
    return len(text) <= _LONGEST_REPAIRED and len(text) * (text.count("{") + text.count("[")) <= _MOST_WORK


def _repaired(text: str) -> Any:  # noqa: ANN401 - JSON
    try:
        from json_repair import repair_json
    except ImportError as error:
        raise MissingExtraError(
            "repairing an answer needs the package json-repair: run `pip install 'meu-data[gemini]'`"
        ) from error
    try:
        return repair_json(text, return_objects=True)
    except Exception:  # whatever a model may write, its answer is paid for and the run goes on
        return None


def complaint(error: ValidationError) -> str:
    """What is wrong with an answer's form, in words for the model."""
    parts = []
    for item in error.errors(include_url=False, include_context=False)[:5]:
        place = ".".join(str(part) for part in item["loc"]) or "the object"
        parts.append(f"{place}: {item['msg']}")
    return "the answer does not have the form asked for (" + "; ".join(parts) + ")"
