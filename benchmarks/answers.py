"""Prose alone: how many planted falsehoods are found in answers written by people, how many true statements accused.

    python -m benchmarks.answers [FILE ...]

The answers (`tests/data/answers`) were written in the styles of real models by people who had not seen the
reader, each with the motion it describes, wholly true, and with edits that each make one statement false. The claims,
units and emotion of the draft stay right, so a falsehood can only be found in the prose. It counts as caught when the
edit brings a flag that is more than a note, and as serious when one of those is.
"""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from meu_data.choices import Language
from meu_data.face.au_notation import parse_aus
from meu_data.face.regions import COLOUR_OF
from meu_data.grounding.evidence import read_map
from meu_data.grounding.flags import Flag
from meu_data.grounding.ground import ground
from meu_data.records import Annotation, Claim, Motion, Sample
from tests.builders import make_motion, make_sample

DATA = Path(__file__).parent.parent / "tests" / "data" / "answers"
PARTS = ("motion_analysis", "expression_inference", "conclusion")


class Case(NamedTuple):
    """One answer as a draft of a sample; `answer` is the record as written."""

    answer: dict[str, Any]
    lang: Language
    sample: Sample
    motion: Motion
    draft: Annotation

    def flags(self, texts: dict[str, str]) -> tuple[Flag, ...]:
        """What is wrong with the answer when it has these texts, notes aside."""
        found = ground(self.sample, self.motion, self.draft.model_copy(update=texts), self.lang).flags
        return tuple(flag for flag in found if flag.severity != "note")


def answers(paths: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """The answers of some files."""
    for path in paths:
        for line in path.read_text("utf-8").splitlines():
            yield json.loads(line)


def case(answer: dict[str, Any]) -> Case:
    """The draft that an answer is, with claims as measured."""
    units = parse_aus("+".join(answer["labels"]["aus"]))
    motion = make_motion(answer["motion"])
    evidence = [
        claim
        for reading in read_map(units, motion.regions).aus
        if reading.finding == "seen"
        for claim in reading.claims
    ]
    shown = {claim.region for claim in evidence}
    besides = (
        Claim(region=region, colour=COLOUR_OF[direction], direction=direction, intensity=intensity)
        for region, (direction, intensity) in answer["motion"].items()
        if region not in shown
    )
    claims = (*evidence, *besides)
    emotion = answer["labels"]["emotion"]
    draft = Annotation(claims=claims, **answer["text"], aus=tuple(au.code for au in units), emotion=emotion)
    sample = make_sample("", emotion).model_copy(update={"aus": units})
    text = "".join(answer["text"].values())
    signs = sum("\u4e00" <= sign <= "\u9fff" for sign in text)
    lang: Language = "en" if answer["lang"] == "en" or 6 * signs < len(text) else "zh"
    return Case(answer, lang, sample, motion, draft)


class Rates:
    """Counts by language and kind."""

    def __init__(self) -> None:
        self.caught: dict[tuple[str, str], list[tuple[bool, bool]]] = defaultdict(list)
        self.flagged: dict[str, list[bool]] = defaultdict(list)
        self.unread: dict[str, list[bool]] = defaultdict(list)
        # Flags on true answers that belong to no statement.
        self.whole: Counter[str] = Counter()
        self.notes: list[str] = []

    def add(self, answer: dict[str, Any]) -> None:
        """Counts one answer and all its falsehoods."""
        one = case(answer)
        true = one.flags(answer["text"])
        unread = {
            flag.quote
            for flag in ground(one.sample, one.motion, one.draft, one.lang).flags
            if flag.en.endswith("could not be checked.")
        }
        for statement in answer["statements"]:
            words = statement["text"]
            wrong = [flag for flag in true if flag.quote and (flag.quote in words or words.strip() in flag.quote)]
            self.flagged[answer["lang"]].append(bool(wrong))
            blind = [quote for quote in unread if quote in words or words.strip() in quote]
            self.unread[answer["lang"]].append(bool(blind))
            if wrong:
                self.notes.append(f"TRUE {answer['id']}: {words!r}\n     {wrong[0].en} <{wrong[0].quote}>")
            if blind:
                self.notes.append(f"UNREAD {answer['id']}: {blind[0]!r}")
        for flag in true:
            if not flag.quote:
                self.whole[answer["lang"]] += 1
                self.notes.append(f"WHOLE {answer['id']}: {flag.en}")
        for false in answer["falsehoods"]:
            part = false["part"]
            texts = answer["text"] | {part: answer["text"][part].replace(false["old"], false["new"], 1)}
            new = [flag for flag in one.flags(texts) if flag not in true]
            serious = any(flag.severity == "serious" for flag in new)
            self.caught[answer["lang"], false["kind"]].append((bool(new), serious))
            if not serious:
                how = "MINOR" if new else "MISSED"
                self.notes.append(f"{how} {answer['id']} {false['kind']}: {false['old']!r} => {false['new']!r}")

    def table(self) -> str:
        """The rates, as a Markdown table."""
        lines = ["| falsehood | language | planted | caught | serious |", "|---|---|---:|---:|---:|"]
        kinds = sorted({kind for _, kind in self.caught})
        for lang in sorted({lang for lang, _ in self.caught}):
            every = [hit for (other, _), hits in self.caught.items() if other == lang for hit in hits]
            for kind, hits in [*((kind, self.caught[lang, kind]) for kind in kinds), ("**all**", every)]:
                if hits:
                    found, serious = (100 * sum(column) / len(hits) for column in zip(*hits, strict=True))
                    lines.append(f"| {kind} | {lang} | {len(hits)} | {found:.1f} % | {serious:.1f} % |")
        lines += ["", "| language | true statements | flagged | unread |", "|---|---:|---:|---:|"]
        for lang, hits in sorted(self.flagged.items()):
            flagged, unread = (100 * sum(values) / len(hits) for values in (hits, self.unread[lang]))
            lines.append(f"| {lang} | {len(hits)} | {flagged:.1f} % | {unread:.1f} % |")
        return "\n".join(lines)


def run(paths: Iterable[Path] | None = None) -> str:
    """The rates of all answers."""
    rates = Rates()
    for answer in answers(paths or sorted(DATA.glob("*.jsonl"))):
        rates.add(answer)
    return f"Falsehoods planted in prose alone\n\n{rates.table()}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", metavar="FILE", nargs="*", type=Path, help="answers as JSON Lines, else all of them")
    print(run(parser.parse_args().files))
