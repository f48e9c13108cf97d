"""Grounding: how many planted falsehoods it finds, and how many true statements it accuses.

    python -m benchmarks.grounding

First by kind and by where they are planted: in the prose alone, or in the claims alone, of offline drafts of scenes
made by hand (`_planted`), and in the prose of answers written by people (`answers`). A falsehood counts as caught when
it brings a flag that is more than a note, as serious when one of those is.

Then on offline drafts of a rendered synthetic corpus. `edited` changes the structure of a good draft and leaves
its texts alone; `told` is a draft that its writer was misled into: claims and texts agree with each other, not with the
map or the labels; `worded` changes the texts alone. There a flag must be of the falsehood's own kind and name its own
region, AU or text.
"""

import argparse
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks import answers as written
from benchmarks._planted import Draft, drafts, in_claims, in_prose
from meu_data.choices import Language
from meu_data.corpora.extract import extract
from meu_data.drafting.offline.writer import annotate
from meu_data.face.emotions import EMOTION_NAMES
from meu_data.face.regions import (
    COLOUR_NAMES,
    COLOUR_OF,
    INTENSITIES,
    OCTANTS,
    PAIRED_PARTS,
    Direction,
    octant_distance,
    region_part,
    region_side,
)
from meu_data.grounding.flags import Flag
from meu_data.grounding.ground import ground
from meu_data.grounding.prose import Prose
from meu_data.motion.render import render
from meu_data.records import Annotation, Claim, Grounding, Motion, RegionMotion, Sample
from meu_data.store.workspace import Workspace
from meu_data.synth import make_corpus

LANGUAGES: tuple[Language, ...] = ("en", "zh")
# The eight kinds of the requirement, then those found in the texts.
KINDS = {
    "direction": "direction",
    "colour": "colour",
    "side": "side",
    "intensity by two bins": "intensity",
    "extra AU": "extra_au",
    "missing AU": "missing_au",
    "wrong emotion": "emotion",
    "moving region not mentioned": "unmentioned",
    "conclusion with another emotion": "conclusion",
    "conclusion with another AU": "conclusion",
    "AU number in the text": "text",
    "AU name in the text": "text",
    "colour in the text": "text",
    "direction in the text": "text",
}


# The offline writer's words for motion straight up and down, and their contraries.
_WORDS: dict[Language, dict[str, dict[str, str]]] = {
    "en": {
        "up": {
            r"\brise": "drop",
            r"\blift": "sink",
            r"(?<=move )up\b(?! and)": "down",
            r"(?<=moves )up\b(?! and)": "down",
        },
        "down": {
            r"\bdrop": "rise",
            r"\bsink": "lift",
            r"(?<=move )down\b(?! and)": "up",
            r"(?<=moves )down\b(?! and)": "up",
        },
    },
    "zh": {
        "up": {"向上移动": "向下移动", "(?<!向)上移": "下移", "上提(?=，呈|，颜色|（)": "下移"},
        "down": {"向下移动": "向上移动", "(?<!向)下移": "上移", "下压": "上提"},
    },
}


class Plant(NamedTuple):
    """One false draft: what is planted, how, what a flag must name, and the draft."""

    what: str
    how: str
    subject: str
    annotation: Annotation


def caught(plant: Plant, grounding: Grounding) -> bool:
    # A text may speak of both sides at once.
    named = region_part if plant.how == "worded" else str
    return any(
        flag.kind == KINDS[plant.what] and named(flag.subject) == named(plant.subject) and flag.severity != "note"
        for flag in grounding.flags
    )


def plants(sample: Sample, motion: Motion, lang: Language) -> Iterator[Plant]:
    """Every falsehood that fits the sample, one per draft."""
    good = annotate(sample, motion, lang)
    yield from _edited_claims(good, motion)
    yield from _told_claims(sample, motion, lang)
    yield from _labels(sample, motion, lang, good)
    yield from _worded(good, lang)


def _edited_claims(good: Annotation, motion: Motion) -> Iterator[Plant]:
    measured = {region.region: region for region in motion.regions}
    for at, claim in enumerate(good.claims):
        truth = measured[claim.region]
        for direction in OCTANTS:
            if octant_distance(direction, truth.octant) >= 2:
                yield _edit("direction", good, at, direction=direction, colour=COLOUR_OF[direction])
        for colour in COLOUR_OF.values():
            if colour not in ("none", claim.colour):
                yield _edit("colour", good, at, colour=colour)
        for bin_, intensity in enumerate(INTENSITIES):
            if abs(bin_ - INTENSITIES.index(truth.intensity)) >= 2:
                yield _edit("intensity by two bins", good, at, intensity=intensity)
        other = _opposite(claim.region)
        if other and measured[other].still and not _claimed(good, other):
            moved = _edit("side", good, at, region=other, direction=_mirrored(claim.direction))
            fixed = moved.annotation.claims[at].model_copy(update={"colour": COLOUR_OF[_mirrored(claim.direction)]})
            yield moved._replace(subject=other, annotation=_with_claim(moved.annotation, at, fixed))
    for region in {claim.region for claim in good.claims}:
        if measured[region].intensity == "strong" and measured[region].coherent:
            rest = tuple(claim for claim in good.claims if claim.region != region)
            yield Plant("moving region not mentioned", "edited", region, good.model_copy(update={"claims": rest}))


def _told_claims(sample: Sample, motion: Motion, lang: Language) -> Iterator[Plant]:
    """Drafts written from a measurement in which one region was falsified."""
    measured = {region.region: region for region in motion.regions}
    for name, truth in measured.items():
        if not truth.moving:
            continue
        for turn in (2, 3, 4, 5, 6):
            turned = OCTANTS[(OCTANTS.index(truth.octant) + turn) % 8]
            draft = _annotate(sample, motion, lang, {name: truth.model_copy(update={"octant": turned})})
            if _claimed(draft, name):
                yield Plant("direction", "told", name, draft)
        for bin_, intensity in enumerate(INTENSITIES[1:], start=1):
            if abs(bin_ - INTENSITIES.index(truth.intensity)) >= 2:
                draft = _annotate(sample, motion, lang, {name: truth.model_copy(update={"intensity": intensity})})
                if _claimed(draft, name):
                    yield Plant("intensity by two bins", "told", name, draft)
        other = _opposite(name)
        if other and measured[other].still:
            way = _mirrored(truth.octant)
            swap = {
                name: measured[other].model_copy(update={"region": name}),
                other: truth.model_copy(update={"region": other, "octant": way}),
            }
            draft = _annotate(sample, motion, lang, swap)
            if _claimed(draft, other) and not _claimed(draft, name):
                yield Plant("side", "told", other, draft)
        strong = truth.intensity == "strong" and truth.coherent
        if strong and _claimed(annotate(sample, motion, lang), name):
            still = truth.model_copy(update={"intensity": "none", "state": "still"})
            yield Plant("moving region not mentioned", "told", name, _annotate(sample, motion, lang, {name: still}))


def _labels(sample: Sample, motion: Motion, lang: Language, good: Annotation) -> Iterator[Plant]:
    numbers = {au.number for au in sample.aus}
    for number in (1, 4, 6, 9, 12, 15, 24, 45):
        if number not in numbers:
            code = f"AU{number}"
            added = sample.aus[:1] and sample.aus[0].model_copy(
                update={"number": number, "side": None, "intensity": None}
            )
            yield Plant("extra AU", "edited", code, good.model_copy(update={"aus": (*good.aus, code)}))
            if added:
                misled = sample.model_copy(update={"aus": (*sample.aus, added)})
                yield Plant("extra AU", "told", code, annotate(misled, motion, lang))
    for au in sample.aus:
        rest = tuple(code for code in good.aus if code != au.code)
        yield Plant("missing AU", "edited", au.code, good.model_copy(update={"aus": rest}))
        misled = sample.model_copy(update={"aus": tuple(other for other in sample.aus if other != au)})
        yield Plant("missing AU", "told", au.code, annotate(misled, motion, lang))
    for emotion in sorted(EMOTION_NAMES.keys() - {sample.emotion}):
        yield Plant("wrong emotion", "edited", emotion, good.model_copy(update={"emotion": emotion}))
        told = annotate(sample.model_copy(update={"emotion": emotion}), motion, lang)
        yield Plant("wrong emotion", "told", emotion, told)
        concluded = good.model_copy(update={"conclusion": told.conclusion})
        yield Plant("conclusion with another emotion", "worded", "conclusion", concluded)


def _worded(good: Annotation, lang: Language) -> Iterator[Plant]:
    text = good.motion_analysis
    first = re.search(r"AU(\d+)", text)
    if first and "AU24" not in text:
        wrong = text.replace(first[0], "AU24", 1)
        yield Plant("AU number in the text", "worded", "motion_analysis", _worded_as(good, wrong))
        name = {"en": "tongue show", "zh": "伸舌"}[lang]
        wrong = re.sub(rf"({first[0]}[ (（]+)[^)），,]+", rf"\g<1>{name}", text, count=1)
        yield Plant("AU name in the text", "worded", "motion_analysis", _worded_as(good, wrong))
        ending = good.conclusion.replace(first[0], "AU24", 1)
        yield Plant("conclusion with another AU", "worded", "AU24", good.model_copy(update={"conclusion": ending}))
    yield from _worded_motion(good, lang)


def _worded_motion(good: Annotation, lang: Language) -> Iterator[Plant]:
    """A colour or a direction changed where the text tells of one part of the face that alone has it."""
    text = good.motion_analysis
    for claim in good.claims:
        names = {COLOUR_NAMES[other.colour][lang] for other in good.claims if other.region != claim.region}
        said = COLOUR_NAMES[claim.colour][lang]
        others = [name[lang] for colour, name in COLOUR_NAMES.items() if colour not in ("none", claim.colour)]
        if said not in names and text.count(said) == 1:
            for wrong in others:
                yield Plant("colour in the text", "worded", claim.region, _worded_as(good, text.replace(said, wrong)))
    for way, words in _WORDS[lang].items():
        found = [word for word in words for _ in re.finditer(word, text)]
        about = {region_part(claim.region): claim for claim in good.claims if way in claim.direction.split("-")}
        if len(found) == len(about) == 1:
            (claim,) = about.values()
            false = re.sub(found[0], words[found[0]], text)
            yield Plant("direction in the text", "worded", claim.region, _worded_as(good, false))


def _worded_as(good: Annotation, text: str) -> Annotation:
    return good.model_copy(update={"motion_analysis": text})


def _edit(what: str, good: Annotation, at: int, **update: object) -> Plant:
    claim = good.claims[at].model_copy(update=update)
    return Plant(what, "edited", good.claims[at].region, _with_claim(good, at, claim))


def _with_claim(good: Annotation, at: int, claim: Claim) -> Annotation:
    return good.model_copy(update={"claims": (*good.claims[:at], claim, *good.claims[at + 1 :])})


def _annotate(sample: Sample, motion: Motion, lang: Language, changes: dict[str, RegionMotion]) -> Annotation:
    regions = tuple(changes.get(region.region, region) for region in motion.regions)
    return annotate(sample, motion.model_copy(update={"regions": regions}), lang)


def _claimed(annotation: Annotation, region: str) -> bool:
    return any(claim.region == region for claim in annotation.claims)


def _opposite(region: str) -> str | None:
    part, side = region_part(region), region_side(region)
    return f"{'right' if side == 'left' else 'left'}_{part}" if part in PAIRED_PARTS else None


def _mirrored(direction: Direction) -> Direction:
    return OCTANTS[(4 - OCTANTS.index(direction)) % 8]


class Figures:
    """Counts over many drafts."""

    def __init__(self) -> None:
        self.untouched = self.accused = self.noted = 0
        self.planted: dict[tuple[str, str], list[bool]] = defaultdict(list)
        self.missed: list[tuple[Sample, Language, Plant]] = []

    def add(self, sample: Sample, motion: Motion, languages: tuple[Language, ...] = LANGUAGES) -> None:
        for lang in languages:
            flags = ground(sample, motion, annotate(sample, motion, lang), lang).flags
            self.untouched += 1
            self.accused += any(flag.severity != "note" for flag in flags)
            self.noted += bool(flags)
            for plant in plants(sample, motion, lang):
                found = caught(plant, ground(sample, motion, plant.annotation, lang))
                self.planted[plant.what, plant.how].append(found)
                if not found:
                    self.missed.append((sample, lang, plant))

    def table(self) -> str:
        lines = ["| planted | how | drafts | caught |", "|---|---|---:|---:|"]
        order = sorted(self.planted, key=lambda key: (list(KINDS).index(key[0]), key[1]))
        for key in order:
            hits = self.planted[key]
            lines.append(f"| {key[0]} | {key[1]} | {len(hits)} | {100 * sum(hits) / len(hits):.1f} % |")
        share = 100 * self.accused / max(self.untouched, 1)
        lines.append(f"| nothing: false alarms | | {self.untouched} | {share:.1f} % |")
        return "\n".join(lines)


class Rates:
    """By kind, place and language (caught, serious) of falsehoods; (flagged, unread) of true statements."""

    def __init__(self) -> None:
        self.planted: dict[tuple[str, str, str], list[tuple[bool, bool]]] = defaultdict(list)
        self.true: dict[tuple[str, str], list[tuple[bool, bool]]] = defaultdict(list)
        self.missed: list[tuple[Draft, str, str, Annotation]] = []

    def add_true(self, draft: Draft) -> tuple[Flag, ...]:
        """Counts the statements of a true draft; returns what is wrong with it."""
        found = ground(draft.sample, draft.motion, draft.true, draft.lang).flags
        prose = Prose(draft.sample.coded_aus, draft.motion.regions, draft.true, draft.lang)
        flagged = {flag.quote for flag in found if flag.severity != "note"}
        unread = {flag.quote for flag in found if flag.en.endswith("could not be checked.")}
        for _, _, quote in prose.each():
            self.true["offline", draft.lang].append((quote in flagged, quote in unread))
        return found

    def add(self, draft: Draft) -> None:
        """Counts an offline draft and all that can be planted in it."""
        found = self.add_true(draft)
        for place, plants in (("prose", in_prose(draft)), ("claims", in_claims(draft))):
            for kind, false in plants:
                new = self._new(found, ground(draft.sample, draft.motion, false, draft.lang).flags)
                hit = bool(new), any(flag.severity == "serious" for flag in new)
                self.planted[kind, place, draft.lang].append(hit)
                if not hit[1]:
                    self.missed.append((draft, kind, place, false))

    def add_written(self) -> None:
        """Counts the answers written by people."""
        rates = written.Rates()
        for answer in written.answers(sorted(written.DATA.glob("*.jsonl"))):
            rates.add(answer)
        for (lang, kind), hits in rates.caught.items():
            self.planted[kind, "answers", lang].extend(hits)
        for lang, flagged in rates.flagged.items():
            self.true["answers", lang].extend(zip(flagged, rates.unread[lang], strict=True))

    @staticmethod
    def _new(before: tuple[Flag, ...], after: tuple[Flag, ...]) -> list[Flag]:
        return [flag for flag in after if flag not in before and flag.severity != "note"]

    def table(self) -> str:
        """The rates, as two Markdown tables."""
        lines = ["| falsehood | planted in | language | planted | caught | serious |", "|---|---|---|---:|---:|---:|"]
        for place in ("prose", "claims", "answers"):
            for lang in sorted({lang for _, other, lang in self.planted if other == place}):
                kinds = {kind: hits for (kind, *where), hits in sorted(self.planted.items()) if where == [place, lang]}
                every = [hit for hits in kinds.values() for hit in hits]
                for kind, hits in (kinds | {"**all**": every}).items():
                    lines.append(f"| {kind} | {PLACES[place]} | {lang} | {len(hits)} | {_shares(hits)} |")
        lines += ["", "| true statements of | language | statements | flagged | unread |", "|---|---|---:|---:|---:|"]
        for (place, lang), hits in sorted(self.true.items()):
            lines.append(f"| {place} | {lang} | {len(hits)} | {_shares(hits)} |")
        return "\n".join(lines)


PLACES = {"prose": "offline, prose only", "claims": "offline, claims only", "answers": "answers, prose only"}


def _shares(hits: Sequence[tuple[bool, bool]]) -> str:
    return " | ".join(f"{100 * sum(column) / len(hits):.1f} %" for column in zip(*hits, strict=True))


def planted() -> str:
    """The rates by kind, place and language."""
    rates = Rates()
    for draft in drafts():
        rates.add(draft)
    rates.add_written()
    return f"Falsehoods by kind, one to a draft\n\n{rates.table()}"


def run(subjects: int = 6, clips: int = 6, size: tuple[int, int] = (640, 480)) -> str:
    """The figures on a synthetic corpus, as a Markdown table."""
    figures = Figures()
    with tempfile.TemporaryDirectory() as folder:
        corpus = make_corpus(Path(folder) / "corpus", subjects=subjects, clips=clips, size=size, seed=1)
        with Workspace.open(Path(folder) / "workspace", create=True) as workspace:
            extract(workspace, corpus="dfme", annotations=corpus.sheet, frames=corpus.frames_dir)
            render(workspace)
            for sample, motion in workspace.ledger.samples_with_motion(workspace.settings.recipe):
                figures.add(sample, motion)
    return f"Grounding of offline drafts, {subjects * clips} synthetic clips, en and zh\n\n{figures.table()}"


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    print(planted(), run(), sep="\n\n")
