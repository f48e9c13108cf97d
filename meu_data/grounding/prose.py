"""The three texts of a draft against the measurement, the labels, and the draft's own structure."""

from collections.abc import Iterator
from functools import cached_property

from meu_data.choices import Language
from meu_data.face.regions import region_side
from meu_data.grounding.claims import au_words, opposite, read_au, region_words
from meu_data.grounding.evidence import read_map
from meu_data.grounding.flags import Flag, Words, flag
from meu_data.grounding.labels import emotion_words
from meu_data.grounding.statements import check_language, check_statement
from meu_data.language.reader import read
from meu_data.language.reading import Reading, Statement
from meu_data.records import ActionUnit, Annotation, Motion, Sample

STAGES: dict[str, Words] = {
    "motion_analysis": {"en": "Stage 1", "zh": "第一段"},
    "expression_inference": {"en": "Stage 2", "zh": "第二段"},
    "conclusion": {"en": "The conclusion", "zh": "结论"},
}


class Prose:
    """The texts of a draft, read; with what they are checked against."""

    def __init__(self, sample: Sample, motion: Motion, annotation: Annotation, lang: Language) -> None:
        self.sample = sample
        self.motion = motion
        self.annotation = annotation
        self.lang = lang
        self.texts = {stage: str(getattr(annotation, stage)) for stage in STAGES}
        self.read: dict[str, Reading] = {stage: read(text, lang) for stage, text in self.texts.items()}
        self.kept = {au.number: au for code in annotation.aus if (au := read_au(code))}

    @cached_property
    def statements(self) -> tuple[tuple[str, Statement], ...]:
        """All statements with their stage."""
        return tuple((stage, said) for stage, reading in self.read.items() for said in reading.statements)

    def quote(self, stage: str, statement: Statement) -> str:
        """A statement's own words."""
        return self.texts[stage][statement.start : statement.end].strip()

    def counts(self) -> tuple[int, int]:
        """How many statements there are, and how many of them could be read."""
        return len(self.statements), sum(said.understood for _, said in self.statements)


def check_prose(prose: Prose) -> Iterator[Flag]:
    """Everything the texts say: motion, units and their names, emotions, and the language they say it in."""
    yield from check_conclusion(prose)
    yield from _units(prose)
    yield from _emotions(prose)
    measured = {region.region: region for region in prose.motion.regions}
    for stage, statement in prose.statements:
        yield from check_statement(statement, measured, STAGES[stage], prose.quote(stage, statement))
    for stage, reading in prose.read.items():
        yield from check_language(reading.statements, prose.texts[stage], prose.lang, STAGES[stage])
    yield from _agreement(prose)
    for stage, statement in prose.statements:
        if not statement.understood:
            yield flag("not read", stage, "note", prose.quote(stage, statement), stage=STAGES[stage])


def check_conclusion(prose: Prose) -> Iterator[Flag]:
    """The conclusion names the draft's AUs, no other, and its emotion without doubt."""
    reading, emotion = prose.read["conclusion"], prose.annotation.emotion
    units = list(reading.units())
    named = {unit.number for unit in units if unit.sure or unit.number in prose.kept}
    for number in sorted({unit.number for unit in units if unit.sure and unit.polarity == "affirmed"} - prose.kept.keys()):
        au = ActionUnit.model_construct(number=number)
        yield flag("conclusion's extra AU", au.code, "serious", au=au_words(au))
    for number in sorted(prose.kept.keys() - named):
        yield flag("conclusion's missing AU", prose.kept[number].code, "minor", au=au_words(prose.kept[number]))
    said = [told.emotion for told in reading.emotions() if told.polarity != "denied"]
    words = {"emotion": emotion_words(emotion)}
    other = next((name for name in said if name not in (emotion, "others")), None)
    if emotion in said:
        if any(statement.either for statement in reading.statements) and len(set(said)) > 1:
            yield flag("conclusion in doubt", "conclusion", "minor", **words, said=emotion_words(other or emotion))
    elif other is not None:
        yield flag("conclusion's emotion", "conclusion", "serious", **words, said=emotion_words(other))
    else:
        yield flag("conclusion without emotion", "conclusion", "minor", **words)


def _units(prose: Prose) -> Iterator[Flag]:
    named: set[int] = set()
    kept = prose.kept
    shown = {
        reading.au.number for reading in read_map(prose.sample.aus, prose.motion.regions).aus if reading.finding == "seen"
    }
    sides: dict[int, set[str | None]] = {}
    for code in prose.annotation.aus:
        if au := read_au(code):
            sides.setdefault(au.number, set()).add(au.side)
    for stage, statement in prose.statements:
        words, quote = STAGES[stage], prose.quote(stage, statement)
        for wrong in statement.misnamed:
            if wrong.muscle:
                yield flag("muscle", stage, "minor", quote, stage=words, number=str(wrong.number), said=wrong.name)
            else:
                others = ", AU".join(map(str, sorted(wrong.numbers)))
                number = str(wrong.number)
                yield flag("AU misnamed", stage, "serious", quote, stage=words, number=number, said=wrong.name, other=others)
        affirmed = {unit.number for unit in statement.units if unit.polarity == "affirmed"}
        for unit in dict.fromkeys(statement.units):
            if stage != "conclusion" and unit.by_code:
                named.add(unit.number)
            au = kept.get(unit.number)
            if au is None:
                if unit.sure and unit.polarity == "affirmed" and stage != "conclusion":
                    extra = ActionUnit.model_construct(number=unit.number)
                    yield flag("text's extra AU", stage, "serious", quote, stage=words, au=au_words(extra))
                continue
            if unit.side and unit.side not in sides[unit.number]:
                said = f"{unit.side}AU{unit.number}"
                yield flag("text's AU side", stage, "serious", quote, stage=words, said=said, au=au.code)
            gone = unit.polarity == "denied" and unit.sure and unit.number not in affirmed and not statement.labelled
            if gone and unit.number in shown:
                yield flag("text denies AU", stage, "serious", quote, stage=words, au=au_words(au))
    for number in sorted(kept.keys() - named):
        yield flag("AU not named", kept[number].code, "minor", au=au_words(kept[number]))


def _emotions(prose: Prose) -> Iterator[Flag]:
    """Stage 2 argues for the draft's emotion."""
    emotion = prose.annotation.emotion
    if emotion == "others":
        return
    stage = "expression_inference"
    for statement in prose.read[stage].statements:
        said = [told.emotion for told in statement.emotions if told.polarity == "affirmed" and told.emotion != "others"]
        if said and emotion not in said and not statement.general:
            words = {"said": emotion_words(said[0]), "emotion": emotion_words(emotion)}
            quote = prose.quote(stage, statement)
            yield flag("text's emotion", stage, "serious", quote, stage=STAGES[stage], **words)


def _agreement(prose: Prose) -> Iterator[Flag]:
    """Notes where the texts tell of one side and the claims have the other alone."""
    claimed = {claim.region for claim in prose.annotation.claims}
    for stage, statement in prose.statements:
        for said in statement.motions:
            if not (said.moves and said.real and said.sided):
                continue
            for regions in said.places:
                name, other = regions[0], opposite(regions[0])
                if len(regions) == 1 and region_side(name) and name not in claimed and other in claimed:
                    words = {"region": region_words(name), "other": region_words(other)}
                    yield flag("text's side", other, "note", prose.quote(stage, statement), stage=STAGES[stage], **words)
