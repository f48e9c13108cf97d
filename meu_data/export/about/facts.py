"""What is known of an export once its rows are written; the card and what else describes it are made from this."""

from collections.abc import Mapping
from dataclasses import dataclass

from meu_data.choices import Language, Recipe
from meu_data.export.about.licences import terms_of
from meu_data.export.about.tally import LabelTally
from meu_data.export.samples.gates import Gates
from meu_data.export.samples.leaks import LeakReport
from meu_data.export.samples.splits import Config, Splits
from meu_data.export.samples.truth import Told
from meu_data.export.styles.row import Style


@dataclass(frozen=True, slots=True)
class Facts:
    """All that describes an export.

    Attributes:
        style: What a row says.
        format: Who reads it; a key of `FORMATS`.
        told: What the words come from.
        lang: Language of the texts.
        recipe: Whose maps.
        gates: What annotations had to have.
        models: Whose drafts.
        annotators: Pseudonyms of the people who proofread.
        splits: The rule that made the splits.
        configs: How to load them.
        leaks: What is in several splits.
        tally: Counts of the samples and their labels.
        rows: Number of rows by split.
        left_out: Number of samples by reason.
        problems: Samples that could not become rows.
        pixels: Whether pictures are inside, or only their hashes.
        licence: As the user says; None for the placeholder.
        synthetic: The corpora that show nobody.
        version: Of meu-data.
    """

    style: Style
    format: str
    told: Told
    lang: Language
    recipe: Recipe
    gates: Gates
    models: tuple[str, ...]
    annotators: tuple[str, ...]
    splits: Splits
    configs: tuple[Config, ...]
    leaks: LeakReport
    tally: LabelTally
    rows: Mapping[str, int]
    left_out: Mapping[str, int]
    problems: int
    pixels: bool
    licence: str | None
    synthetic: frozenset[str]
    version: str

    def paper(self, corpus: str) -> str:
        """What to cite for a corpus; empty where it is synthetic or unknown."""
        return "" if corpus in self.synthetic else terms_of(corpus).paper

    @property
    def shows_people(self) -> bool:
        """Whether pictures of real people's faces are inside."""
        return self.style.pictured and self.pixels and not set(self.tally.corpora) <= self.synthetic
