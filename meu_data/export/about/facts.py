"""`export.json`: what is known of an export once its rows are written; card, datasheet and catalogue render from it."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, field_validator

from meu_data.choices import AuReading, Kind, Language, Recipe, Verdict, Words
from meu_data.corpora.corpus import Terms
from meu_data.errors import MeuError
from meu_data.export.about.licences import terms_of
from meu_data.export.samples.leaks import LeakReport
from meu_data.export.samples.splits import LoadConfig
from meu_data.export.samples.truth import TextSource
from meu_data.face.aus import AU_NAMES
from meu_data.face.class_sets import ClassSet
from meu_data.given_files import opened
from meu_data.records import FrameChooser, Record

EXPORT_FACTS = "export.json"
_LARGEST = 16 * 1024**2


class LeakFacts(Record):
    """What `leaks.json` comes to: how was compared, and a sentence for each kind of leak."""

    compared: bool
    hash_bits: int
    alike_within_bits: int
    found: tuple[str, ...]

    @classmethod
    def of(cls, report: LeakReport) -> Self:
        """The report in short."""
        return cls(
            compared=report.compared,
            hash_bits=report.hash_bits,
            alike_within_bits=report.alike_within_bits,
            found=tuple(report.sentences()),
        )


class TrustFacts(Record):
    """How far the maps of the rows can be believed, by samples."""

    least_wanted: float = Field(description="as --min-trust has it; a map below it is in no row unless it is confirmed")
    least: float = Field(description="of the maps in the rows")
    mean: float = Field(description="of the maps in the rows")
    flags: dict[str, int] = Field(description="samples in the rows by what makes their map doubtful")
    confirmed: int = Field(description="samples in the rows whose map a person confirmed")
    untrusted: int = Field(description="samples that are in no row because their map cannot be believed")
    doubts: dict[str, int] = Field(default={}, description="those samples by what makes their map doubtful")


class ClassFacts(Record):
    """The protocol by whose classes the rows tell emotions."""

    name: str = Field(description="as --classes has it")
    classes: tuple[str, ...]
    source: str = Field(description="who uses it")
    outside: dict[str, int] = Field(description="samples left out because they are in none of the classes, by emotion")

    @classmethod
    def of(cls, protocol: ClassSet | None, outside: Mapping[str, int]) -> Self | None:
        """The protocol and what it left out; None where there is none."""
        if protocol is None:
            return None
        return cls(
            name=protocol.name,
            classes=protocol.classes,
            source=protocol.source,
            outside=dict(sorted(outside.items())),
        )


class ExportFacts(Record):
    """All that describes an export; `read_facts` reads it, and refuses another `schema_version`."""

    schema_version: Literal[1] = 1
    meu_data: str = Field(description="version of meu-data that wrote the rows")
    style: str = Field(description="what a row says")
    words: Words = Field(default="ours", description="whose phrasing the rows have")
    about: str = Field(description="the style in a sentence")
    pictured: bool = Field(description="whether rows of the style have pictures")
    format: str = Field(description="who reads it, as --for has it")
    pixels: bool = Field(description="whether pictures are inside, or only their names and hashes")
    texts: TextSource = Field(description="what the words come from")
    lang: Language
    recipe: Recipe = Field(description="whose maps")
    policy: str = Field(description="which of several people's reviews counted")
    verdicts: tuple[Verdict, ...] = Field(description="what the person must have said of the draft")
    min_grounding: float | None = Field(description="least score of the text against the measured motion")
    trust: TrustFacts | None = Field(default=None, description="of the maps; None where an older meu-data wrote it")
    contradictions_allowed: bool = Field(
        default=False,
        description="whether rows were let through whose text, emotion, AUs and claims contradict each other",
    )
    models: tuple[str, ...] = Field(description="whose drafts")
    annotators: tuple[str, ...] = Field(description="pseudonyms of the people who proofread")
    splits_about: str = Field(description="the rule that made the splits")
    folds: bool = Field(description="whether each split is one subject, left out in turn")
    configs: tuple[LoadConfig, ...] = Field(description="how `datasets` loads it", min_length=1)
    leaks: LeakFacts
    corpora: tuple[str, ...]
    synthetic: tuple[str, ...] = Field(description="those of the corpora that show nobody")
    samples: int = Field(ge=1)
    people: int
    emotions: dict[str, dict[str, int]] = Field(description="samples by split and emotion")
    kind: Kind = Field(default="micro", description="which expressions were wanted")
    classes: ClassFacts | None = Field(default=None, description="null where emotions are told as labelled")
    aus: dict[str, int] = Field(description="samples by action unit")
    au_readings: tuple[AuReading, ...] = Field(
        default=(), description="which of the coders' action units count: all, or those written without doubt"
    )
    apexes: dict[FrameChooser, int] = Field(default_factory=dict, description="samples by who chose the apex")
    rows: dict[str, int] = Field(description="by split")
    left_out: dict[str, int] = Field(description="samples by reason")
    problems: int = Field(description="samples that could not become rows")
    licence: str | None = Field(description="as whoever made the export says")
    cite_as: str | None = Field(default=None, description="how to cite the set, as whoever made it says")
    version: str | None = Field(default=None, description="of the set, as whoever made it says")
    date_published: date | None = Field(default=None, description="of the set, as whoever made it says")

    @field_validator("aus")
    @classmethod
    def _check_codes(cls, aus: dict[str, int]) -> dict[str, int]:
        if unknown := sorted(aus.keys() - {f"AU{number}" for number in AU_NAMES}):
            raise ValueError(f"{unknown[0]} is no action unit")
        return aus

    @property
    def in_parquet(self) -> bool:
        """Whether the rows are in Parquet files."""
        return any(path.endswith(".parquet") for _, paths in self.configs[0].files for path in paths)

    @property
    def terms(self) -> list[Terms]:
        """How the corpora are handed out."""
        return [terms_of(corpus) for corpus in self.corpora]

    @property
    def licensed(self) -> list[Terms]:
        """The corpora that show people."""
        return [terms_of(corpus) for corpus in self.corpora if corpus not in self.synthetic]

    @property
    def made_up(self) -> list[Terms]:
        """The corpora that show nobody."""
        return [terms_of(corpus) for corpus in self.corpora if corpus in self.synthetic]

    @property
    def shows_people(self) -> bool:
        """Whether pictures of real people's faces are inside."""
        return self.pictured and self.pixels and bool(self.licensed)

    @property
    def not_here(self) -> int:
        """How many samples of the workspace are not in the rows."""
        return sum(self.left_out.values()) + self.problems

    @property
    def asked(self) -> list[str]:
        """What was asked of an annotation."""
        grounding = [] if self.min_grounding is None else [f"grounding of at least {self.min_grounding:g}"]
        trust = [] if self.trust is None else [f"a map whose trust is at least {self.trust.least_wanted:g}"]
        if self.texts != "proofread":
            return [*grounding, *trust]
        trust = [f"{wanted} or which the person confirmed" for wanted in trust]
        return [*grounding, *trust, f"verdict {' or '.join(self.verdicts)}", f"policy {self.policy}"]


def facts_text(facts: ExportFacts) -> str:
    """The text of `export.json`."""
    return json.dumps(facts.model_dump(mode="json"), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def read_facts(export: Path) -> ExportFacts:
    """Reads the `export.json` of an export, which may come from anybody.

    Raises:
        MeuError: It is missing, or not as this meu-data writes it.
    """
    path = export / EXPORT_FACTS
    with opened(path, most=_LARGEST) as stream:
        text = stream.read()
    try:
        return ExportFacts.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        reason = f"{where}: {first['msg']}" if where else first["msg"]
        raise MeuError(f"{path} is not as this meu-data writes it ({reason}); export again, or upgrade") from error
