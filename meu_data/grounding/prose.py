"""The three texts of a draft against the measurement, the labels, and the draft's own structure."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from meu_data.choices import Language
from meu_data.face.aus import au_effects
from meu_data.face.regions import COLOUR_NAMES, COLOUR_OF, OCTANTS, Colour, near, opposite, region_side
from meu_data.grounding.claims import au_words, read_au, region_words
from meu_data.grounding.evidence import read_map
from meu_data.grounding.flags import Words, flag
from meu_data.grounding.labels import emotion_words
from meu_data.grounding.statements import check_statement, face_of
from meu_data.language.fit import near_muscle
from meu_data.language.layout import mixes
from meu_data.language.lexer import plain
from meu_data.language.reader import read
from meu_data.language.reading import ReadStatement
from meu_data.records import ActionUnit, Annotation, Flag, FlagSeverity, RegionMotion

STAGES: dict[str, Words] = {
    "motion_analysis": {"en": "Stage 1", "zh": "第一段"},
    "expression_inference": {"en": "Stage 2", "zh": "第二段"},
    "conclusion": {"en": "The conclusion", "zh": "结论"},
}
# Between these shares of statements in another language a text is in both.
_MIXED = (0.25, 0.75)
# Held back is what any emotion may be.
_NO_ARGUMENT = frozenset({"others", "repression"})


class Prose:
    """The texts of a draft, read; with what they are checked against."""

    def __init__(
        self, aus: Sequence[ActionUnit], regions: Sequence[RegionMotion], annotation: Annotation, lang: Language
    ) -> None:
        """Reads the texts of a draft beside the labelled AUs and the measured regions."""
        self.regions = regions
        self.annotation = annotation
        self.lang = lang
        texts = texts_of(annotation)
        self.text = joined(annotation)
        self.statements = read(self.text, lang).statements
        self.of: dict[str, list[ReadStatement]] = {stage: [] for stage in STAGES}
        ends = list(accumulate(len(text) + 2 for text in texts.values()))
        for statement in self.statements:
            self.of[list(STAGES)[min(bisect_right(ends, statement.start), len(ends) - 1)]].append(statement)
        self.map = read_map(aus, regions)
        self.kept = {au.number: au for code in annotation.aus if (au := read_au(code))}

    def each(self) -> Iterator[tuple[str, ReadStatement, str]]:
        """All statements with their stage and their own words."""
        for stage, statements in self.of.items():
            for statement in statements:
                yield stage, statement, self.quote(statement)

    def quote(self, statement: ReadStatement) -> str:
        """A statement's own words."""
        return self.text[statement.start : statement.end].strip()

    def counts(self) -> tuple[int, int]:
        """How many statements there are, and how many of them could be read."""
        return len(self.statements), sum(said.understood for said in self.statements)


def texts_of(annotation: Annotation) -> dict[str, str]:
    """The three texts of a draft by stage."""
    return {stage: str(getattr(annotation, stage)) for stage in STAGES}


def joined(annotation: Annotation) -> str:
    """The three texts as one, as they are read: the first may say whose sides all three mean."""
    return "\n\n".join(texts_of(annotation).values())


def check_prose(prose: Prose) -> Iterator[Flag]:
    """Everything the texts say: motion, units and their names, emotions, and the language they say it in."""
    yield from check_conclusion(prose)
    yield from _units(prose)
    yield from _emotions(prose)
    face = face_of(prose.regions)
    foreign = _slips(prose)
    for stage, statement, quote in prose.each():
        yield from check_statement(statement, face, STAGES[stage], quote)
        if statement in foreign:
            yield flag("language", stage, "serious", quote, stage=STAGES[stage])
        if not statement.understood:
            yield flag("not read", stage, "note", quote, stage=STAGES[stage])
    yield from _agreement(prose)


def _language(prose: Prose, said: ReadStatement) -> Language | None:
    """The language of a statement; of a short one, such as "Fear.", that of the emotion that it names."""
    short = said.lang in (None, prose.lang) and bool(said.emotions) and prose.quote(said).isascii()
    return "en" if short else said.lang


def _slips(prose: Prose) -> list[ReadStatement]:
    """The statements in another language than the draft's."""
    foreign = [said for said in prose.statements if _language(prose, said) not in (None, prose.lang)]
    # Whoever mixes two languages throughout was asked for it; a few statements, or all, are a slip.
    few, most = (share * len(prose.statements) for share in _MIXED)
    mixed = few < len(foreign) < most
    if not foreign or mixed or sum(mixes(plain(prose.quote(said))) for said in prose.statements) >= few:
        return []
    return foreign


def check_conclusion(prose: Prose) -> Iterator[Flag]:
    """The conclusion names the draft's AUs, no other, and its emotion without doubt."""
    statements, emotion = prose.of["conclusion"], prose.annotation.emotion
    units = [unit for statement in statements for unit in statement.units]
    named = {unit.number for unit in units if unit.sure or unit.number in prose.kept}
    for number in sorted(
        {unit.number for unit in units if unit.sure and unit.polarity == "affirmed"} - prose.kept.keys()
    ):
        au = ActionUnit.model_construct(number=number)
        yield flag("conclusion's extra AU", au.code, "serious", au=au_words(au))
    inferred = {
        unit.number
        for said in prose.of["expression_inference"]
        for unit in said.units
        if unit.by_code and unit.polarity == "affirmed"
    }
    listed = any(unit.by_code and unit.polarity == "affirmed" for unit in units)
    listed |= any(said.no_units for said in statements)
    for number in sorted(prose.kept.keys() - named):
        # Who lists AUs lists them all; who names none in the end need not say again what the inference says.
        severity: FlagSeverity = "serious" if listed else "note" if number in inferred else "minor"
        yield flag("conclusion's missing AU", prose.kept[number].code, severity, au=au_words(prose.kept[number]))
    told = [one for statement in statements for one in statement.emotions if one.polarity != "denied"]
    # What is only weighed counts where nothing is found.
    said = [one.emotion for one in told if one.polarity == "affirmed"] or [one.emotion for one in told]
    if emotion is None:
        yield from _unlabelled(prose, "conclusion")
        return
    words = {"emotion": emotion_words(emotion)}
    other = next((name for name in said if name not in (emotion, "others")), None)
    if emotion in said:
        if any(statement.either for statement in statements) and len(set(said)) > 1:
            yield flag("conclusion in doubt", "conclusion", "minor", **words, said=emotion_words(other or emotion))
    elif other is not None:
        yield flag("conclusion's emotion", "conclusion", "serious", **words, said=emotion_words(other))
    else:
        yield flag("conclusion without emotion", "conclusion", "minor", **words)


def _units(prose: Prose) -> Iterator[Flag]:  # noqa: PLR0912 - one list of what may be wrong
    named: set[int] = set()
    muscles: set[tuple[int, str]] = set()
    kept = prose.kept
    shown = {reading.au.number for reading in prose.map.aus if reading.finding == "seen"}
    sides: dict[int, set[str | None]] = {}
    for code in prose.annotation.aus:
        if au := read_au(code):
            sides.setdefault(au.number, set()).add(au.side)
    for stage, statement, quote in prose.each():
        words = STAGES[stage]
        for wrong in statement.misnamed:
            if wrong.muscle:
                # Said again it is no second mistake.
                if (wrong.number, wrong.name) not in muscles:
                    severity: FlagSeverity = "minor" if near_muscle(wrong) else "serious"
                    yield flag("muscle", stage, severity, quote, stage=words, number=str(wrong.number), said=wrong.name)
                muscles.add((wrong.number, wrong.name))
            else:
                others = ", AU".join(map(str, sorted(wrong.numbers)))
                yield flag(
                    "AU misnamed",
                    stage,
                    "serious",
                    quote,
                    stage=words,
                    number=str(wrong.number),
                    said=wrong.name,
                    other=others,
                )
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
            other = unit.side and unit.side not in sides[unit.number]
            if unit.polarity != "denied" and (other or (unit.both_sides and len(sides[unit.number] - {None}) == 1)):
                said = f"{unit.side or 'L+R'}AU{unit.number}"
                yield flag("text's AU side", stage, "serious", quote, stage=words, said=said, au=au.code)
            gone = unit.polarity == "denied" and unit.sure and unit.number not in affirmed and not statement.labelled
            if gone and unit.number in shown:
                yield flag("text denies AU", stage, "serious", quote, stage=words, au=au_words(au))
    concluded = {unit.number for said in prose.of["conclusion"] for unit in said.units}
    for number in sorted(kept.keys() - named):
        # Whoever names none before the conclusion, and tells what they do, leaves the codes to it.
        left = not named and _described(prose, kept[number])
        nowhere: FlagSeverity = "serious" if number not in concluded else "note" if left else "minor"
        yield flag("AU not named", kept[number].code, nowhere, au=au_words(kept[number]))


def _described(prose: Prose, au: ActionUnit) -> bool:
    """Whether stage 2 tells a motion that is the AU's."""
    effects = [effect for effect in au_effects(au, prose.kept.values()) if effect.kind == "primary"]
    moved = (
        (name, [way for way in OCTANTS if way in said.directions(name)])
        for statement in prose.of["expression_inference"]
        for said in statement.motions
        if said.moves and said.real
        for regions in said.places
        for name in regions
    )
    return any(
        effect.region == name and any(effect.shows(way) for way in ways) for name, ways in moved for effect in effects
    )


def _emotions(prose: Prose) -> Iterator[Flag]:
    """Stage 2 argues for the draft's emotion."""
    emotion = prose.annotation.emotion
    if emotion is None:
        yield from _unlabelled(prose, "expression_inference")
        return
    if emotion == "others":
        return
    stage = "expression_inference"
    named = any(
        one.emotion == emotion and one.polarity == "affirmed" for said in prose.of[stage] for one in said.emotions
    )
    for statement in prose.of[stage]:
        if named and (statement.general or statement.compares or any(one.hedged for one in statement.emotions)):
            # Another emotion may be weighed, as long as the right one is found.
            continue
        doubted = {one.emotion for one in statement.emotions if one.polarity != "affirmed"}
        told = [one.emotion for one in statement.emotions if one.emotion not in doubted]
        said = [name for name in told if name not in _NO_ARGUMENT]
        if said and emotion not in told:
            words = {"said": emotion_words(said[0]), "emotion": emotion_words(emotion)}
            quote = prose.quote(statement)
            yield flag("text's emotion", stage, "serious", quote, stage=STAGES[stage], **words)


def _unlabelled(prose: Prose, stage: str) -> Iterator[Flag]:
    """An emotion in the text of a draft that chooses none."""
    for statement in prose.of[stage]:
        for told in statement.emotions:
            if told.polarity == "affirmed" and not statement.general:
                words = {"said": emotion_words(told.emotion)}
                yield flag(
                    "emotion without label", stage, "minor", prose.quote(statement), stage=STAGES[stage], **words
                )


def _agreement(prose: Prose) -> Iterator[Flag]:
    """Where the texts differ from the claims although the measurement lets both pass.

    A colour next to a claim's is minor, as between a claim's own colour and direction; a side no claim has is noted.
    """
    claimed = {claim.region: claim for claim in prose.annotation.claims}
    for stage, statement, quote in prose.each():
        for said in statement.motions:
            if not (said.moves and said.real):
                continue
            for name in (regions[0] for regions in said.places if len(regions) == 1):
                words = {"stage": STAGES[stage], "region": region_words(name)}
                claim, other = claimed.get(name), opposite(name)
                if claim is not None and said.colours and _beside(said.colours, claim.colour):
                    told = {"said": COLOUR_NAMES[_colour(said.colours)], "measured": COLOUR_NAMES[claim.colour]}
                    yield flag("text's colour", name, "minor", quote, **words, **told)
                elif claim is None and said.sided and len(said.places) == 1 and region_side(name) and other in claimed:
                    yield flag("text's side", other, "note", quote, **words, other=region_words(other))


def _colour(octants: frozenset[str]) -> Colour:
    return next(colour for way, colour in COLOUR_OF.items() if way in octants)


def _beside(octants: frozenset[str], colour: Colour) -> bool:
    """Whether the colours of some octants lie beside another one on the wheel."""
    way = next(way for way, of in COLOUR_OF.items() if of == colour)
    return way not in octants and any(near(way, other) for other in OCTANTS if other in octants)
