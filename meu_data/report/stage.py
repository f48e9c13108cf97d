"""A workspace as one HTML file that needs nothing beside it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from meu_data.choices import DEFAULT_MIN_TRUST, Language, Recipe
from meu_data.errors import MeuError
from meu_data.evaluate.result import read_result
from meu_data.export.about.facts import ExportFacts, read_facts
from meu_data.export.samples.leaks import LeakWatch
from meu_data.progress import Progress, Silent
from meu_data.records import Record
from meu_data.report.au_motion import AuMotion
from meu_data.report.cards import Card, CardMaker
from meu_data.report.funnel import Passed, ReasonCounts, funnel_section, problems_section
from meu_data.report.grounding import GroundingCounts
from meu_data.report.labels import LabelCounts
from meu_data.report.leaks import leaks_section
from meu_data.report.money import money_section
from meu_data.report.page import write_page
from meu_data.report.people import Comments, people_section
from meu_data.report.scores import scores_section
from meu_data.report.soundness import Standings, first_section
from meu_data.report.tables import Section, speaker
from meu_data.report.trust import TrustCounts
from meu_data.review.verdicts.adjudication import parse_policy
from meu_data.review.verdicts.agreement import AgreementReport, agreement
from meu_data.status import workspace_status
from meu_data.store.damage import on_a_sound_ledger
from meu_data.store.drafts import drafts_with_grounding
from meu_data.store.reviews import pseudonyms, reviews_by_sample
from meu_data.store.workspace import Workspace

_CARDS, _FIRST = 50, 5


class ReportSummary(Record):
    """What was written: the file and its size, the samples counted and those shown, and the problems it lists."""

    output: str
    bytes: int
    samples: int
    cards: int
    sections: tuple[str, ...]
    problems: int


class _Found(NamedTuple):
    """What one pass over the ledger found."""

    labels: LabelCounts
    standings: Standings
    reasons: ReasonCounts
    outline: list[str]
    sections: list[Section]


@on_a_sound_ledger
def report(
    workspace: Workspace,
    output: Path | str = Path("report.html"),
    *,
    lang: Language | None = None,
    recipe: Recipe | None = None,
    full: bool = False,
    scores: Sequence[Path | str] = (),
    exports: Sequence[Path | str] = (),
    progress: Progress | None = None,
) -> ReportSummary:
    """Writes the report: figures of every stage, and the 50 least sound samples and 50 others as cards.

    It needs no network and no other file, and is the same bytes for the same workspace. It shows faces: keep it where
    the corpus may be.

    Args:
        workspace: What to report on; nothing in it is changed.
        output: The file to write; one that is there is replaced.
        lang: Language of the page; the workspace's setting when None.
        recipe: Whose maps; the workspace's when None.
        full: A card for every sample.
        scores: Result files of `evaluate`, to be shown, too.
        exports: Folders that `export` wrote, whose rows and leaks are to be shown, too.
        progress: Who hears of it.

    Raises:
        MeuError: The workspace has no sample and no problem, a result file or an export is none, or the page cannot be
            written.
    """
    output, progress = Path(output), progress or Silent()
    lang, recipe = lang or workspace.settings.lang, recipe or workspace.settings.recipe
    if output.suffix.lower() not in (".html", ".htm"):
        raise MeuError(f"{output}: the report is a page for a browser; end the name in .html")
    results = [read_result(Path(one)) for one in scores]
    made = [(Path(folder), read_facts(Path(folder))) for folder in exports]
    found = _looked_over(workspace, lang, recipe, made, progress)
    worst = found.standings.worst(_CARDS)
    first = first_section(speaker(lang), found.standings, worst[:_FIRST])
    sections = [first, *found.sections[:-1], scores_section(speaker(lang), lang, results), found.sections[-1]]
    others = found.standings.at_random(_CARDS, worst)
    if full:
        shown = set(worst)
        others = [name for name in sorted(found.standings.of) if name not in shown]
    groups = [("worst", worst), ("rest" if full else "random", others)]
    count = len(worst) + len(others)
    progress.start("cards", count)
    cards = CardMaker(workspace, recipe, lang, speaker(lang)).cards(groups)
    size = write_page(output, sections, found.outline, _told(cards, progress), lang, count)
    progress.finish()
    return ReportSummary(
        output=str(output),
        bytes=size,
        samples=found.labels.samples,
        cards=count,
        sections=(*(section.key for section in sections), "cards"),
        problems=found.reasons.by_stage.total(),
    )


def _looked_over(
    workspace: Workspace,
    lang: Language,
    recipe: Recipe,
    exports: Sequence[tuple[Path, ExportFacts]],
    progress: Progress,
) -> _Found:
    """Reads the ledger once, record by record."""
    ledger, say = workspace.ledger, speaker(lang)
    status = workspace_status(workspace)
    if not status.samples and not status.problems:
        raise MeuError("there is nothing to report yet: run `meu-data extract` first")
    labels, standings, reasons = LabelCounts(), Standings(lang), ReasonCounts()
    aus, trust, grounded, comments = AuMotion(), TrustCounts(), GroundingCounts(), Comments()
    progress.start("report", status.samples + status.maps + status.drafts)
    for sample in ledger.samples():
        labels.add(sample)
        standings.add_sample(sample)
        progress.advance()
    with LeakWatch(single=False) as watch:
        for sample, motion in ledger.samples_with_motion(recipe):
            standings.add_motion(motion)
            trust.add(motion)
            watch.note(sample, motion)
            if motion.quality.trust >= DEFAULT_MIN_TRUST:
                aus.add(sample, motion)
            progress.advance()
        leaks = watch.report(Silent())
    for draft, grounding in drafts_with_grounding(ledger):
        standings.add_draft(draft, grounding)
        grounded.add(draft, grounding)
        progress.advance()
    for problem in ledger.problems():
        reasons.add(problem)
    for _, reviews in reviews_by_sample(ledger):
        for review in reviews:
            grounded.add_proof(review)
            comments.add(review)
    progress.finish()
    people = agreement(ledger, parse_policy(workspace.settings.policy), progress=progress)
    names = pseudonyms(ledger)
    sections = [
        funnel_section(say, status, _passed(standings, people), reasons),
        labels.section(say, lang),
        aus.section(say, lang),
        trust.section(say, lang),
        grounded.section(say, names),
        people_section(say, people, comments, names),
        money_section(say, status.spending),
        leaks_section(say, leaks, exports),
        problems_section(say, reasons),
    ]
    return _Found(labels, standings, reasons, aus.outline(), sections)


def _passed(standings: Standings, people: AgreementReport) -> Passed:
    known = standings.of.values()
    return Passed(
        rendered=sum(one.trust is not None for one in known),
        trusted=sum(one.trust is not None and one.trust >= DEFAULT_MIN_TRUST for one in known),
        drafted=sum(one.drafted for one in known),
        checked=sum(one.score is not None for one in known),
        sound=sum(one.score is not None and not one.serious for one in known),
        reviewed=people.samples,
        kept=people.outcomes.kept,
    )


def _told(cards: Iterator[Card], progress: Progress) -> Iterator[Card]:
    for card in cards:
        yield card
        progress.advance()
