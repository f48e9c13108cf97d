"""The drafting stage: brings the ledger's offline drafts up to date."""

from meu_data.choices import Kind, Language, Recipe
from meu_data.drafting.offline.writer import MODEL, draft, inputs_sha256
from meu_data.errors import MeuError
from meu_data.progress import SILENT, Progress
from meu_data.records import Draft, Problem, Record, Sample, sample_problem
from meu_data.store.ledger import Ledger
from meu_data.store.workspace import Workspace

# Small enough to lose little when killed, large enough that commits do not set the pace.
_BATCH = 200


class DraftSummary(Record):
    """What one run of the stage did; drafted + fresh + waiting + problems = samples.

    `samples`: selected samples. `drafted`: written now. `fresh`: already up to date. `waiting`: not
    rendered yet. `problems`: could not be drafted; the ledger says why.
    """

    samples: int
    drafted: int
    fresh: int
    waiting: int
    problems: int


def draft_offline(
    workspace: Workspace,
    *,
    lang: Language | None = None,
    recipe: Recipe | None = None,
    kind: Kind = "micro",
    only: str | None = None,
    limit: int | None = None,
    progress: Progress = SILENT,
) -> DraftSummary:
    """Writes the missing and stale drafts of the rendered samples; what is up to date stays untouched.

    The arguments are those of `drafting.run.draft`.

    Returns:
        Counts. Samples without rendered motion are counted as waiting.

    Raises:
        MeuError: There is no sample of the id `only`.
        LedgerError: The ledger cannot be read or written; whole batches of drafts are kept.
    """
    ledger = workspace.ledger
    lang, recipe = lang or workspace.settings.lang, recipe or workspace.settings.recipe
    samples = ledger.count_samples(only=only, limit=limit, kind=kind)
    if only is not None and ledger.count_samples(only=only) == 0:
        raise MeuError(f"there is no sample {only!r} in {workspace.root}; ids look like dfme/sub0001/sub0001_01/12")
    drafted = fresh = problems = 0
    batch: list[tuple[Sample, Draft | Problem]] = []
    progress.start("draft", samples)
    for sample, motion in ledger.samples_with_motion(recipe, only=only, limit=limit, kind=kind):
        if ledger.draft_inputs(sample.id, MODEL, lang) == inputs_sha256(sample, motion, lang):
            fresh += 1
        else:
            try:
                batch.append((sample, draft(sample, motion, lang)))
                drafted += 1
            except MeuError as error:
                batch.append((sample, sample_problem("draft", sample, str(error))))
                problems += 1
        progress.advance()
        if len(batch) == _BATCH:
            _store(ledger, batch)
            batch.clear()
    _store(ledger, batch)
    progress.finish()
    waiting = samples - drafted - fresh - problems
    return DraftSummary(samples=samples, drafted=drafted, fresh=fresh, waiting=waiting, problems=problems)


def _store(ledger: Ledger, batch: list[tuple[Sample, Draft | Problem]]) -> None:
    if not batch:
        return
    with ledger.transaction():
        for sample, result in batch:
            if isinstance(result, Problem):
                ledger.set_problem(result)
            else:
                ledger.store_draft(result, result.prompt_sha256)
                ledger.clear_problem("draft", sample)
