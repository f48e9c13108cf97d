"""Which samples become rows: the ledger's rendered and drafted ones, and a count of every other with its reason."""

from collections import Counter
from collections.abc import Iterator

from meu_data.errors import MeuError
from meu_data.export.rows import RowError, Truth, gather
from meu_data.progress import Progress
from meu_data.records import REJECTED, Draft, Motion, Sample, sample_problem
from meu_data.workspace import Workspace


class DraftSelection:
    """The machine drafts of a workspace as rows, one pass over the ledger.

    Rows, `left_out` and `problems` add up to the samples of the workspace once `truths` has been read.
    """

    def __init__(self, workspace: Workspace, *, lang: str, recipe: str, model: str | None) -> None:
        """See `export` for the arguments."""
        self._root = workspace.root
        self._ledger = workspace.ledger
        self._lang, self._recipe, self._model = lang, recipe, model
        self._earlier = {problem.sample_id for problem in self._ledger.problems("export")}
        self.total = self._ledger.count_samples()
        self.models: set[str] = set()
        self.left_out: Counter[str] = Counter()
        self.problems = 0

    def truths(self, progress: Progress) -> Iterator[Truth]:
        """The rows by sample id; a sample that cannot become one is stored as a problem.

        Args:
            progress: Told of every sample, whether it becomes a row or not; already started.

        Raises:
            MeuError: A sample has drafts by several models and none was chosen.
        """
        rendered = 0
        for sample, motion in self._ledger.samples_with_motion(self._recipe):
            rendered += 1
            draft = self._choose(sample)
            if draft is None:
                self.left_out[self._undrafted] += 1
            elif (truth := self._gather(sample, motion, draft)) is not None:
                self.models.add(draft.model)
                yield truth
            progress.advance()
        if self.total > rendered:
            self.left_out[f"not rendered with the recipe {self._recipe}"] = self.total - rendered
            progress.advance(self.total - rendered)
        self._forget_earlier()

    def why_nothing(self) -> str:
        """What to do when no row came out."""
        if not self.total:
            return "there is nothing to export: the workspace has no samples; run `meu-data extract` first"
        if self.problems:
            return f"no row could be exported: {self.problems} samples have problems; see `meu-data problems`"
        if self._undrafted in self.left_out:
            return f"there is nothing to export: {self._undrafted}; run `meu-data draft --lang {self._lang}` first"
        return f"there is nothing to export: no map of the recipe {self._recipe}; run `meu-data render` first"

    @property
    def _undrafted(self) -> str:
        return f"no draft in {self._lang}" + (f" by {self._model}" if self._model else "")

    def _choose(self, sample: Sample) -> Draft | None:
        drafts = [draft for draft in self._ledger.drafts(sample.id) if draft.lang == self._lang]
        if self._model is None:
            # The version that a repair replaced is kept to be looked at, not to be learnt from.
            drafts = [draft for draft in drafts if not draft.model.endswith(REJECTED)]
        if self._model is not None:
            return next((draft for draft in drafts if draft.model == self._model), None)
        if len(drafts) > 1:
            models = ", ".join(draft.model for draft in drafts)
            raise MeuError(
                f"{sample.id} has drafts in {self._lang} by several models: choose one with --model: {models}"
            )
        return drafts[0] if drafts else None

    def _gather(self, sample: Sample, motion: Motion, draft: Draft) -> Truth | None:
        try:
            truth = gather(sample, motion, draft, root=self._root)
        except RowError as error:
            self._complain(sample, error)
            return None
        if sample.id in self._earlier:
            self._clear(sample)
        return truth

    def _complain(self, sample: Sample, error: RowError) -> None:
        self.problems += 1
        self._earlier.discard(sample.id)
        problem = sample_problem("export", sample, error.reason, file=error.file)
        with self._ledger.transaction():
            self._ledger.set_problem(problem)

    def _clear(self, sample: Sample) -> None:
        self._earlier.discard(sample.id)
        with self._ledger.transaction():
            self._ledger.clear_problem("export", sample)

    def _forget_earlier(self) -> None:
        """Drops the problems of samples that are no longer up for export at all."""
        for sample_id in sorted(filter(None, self._earlier)):
            for sample in self._ledger.samples(only=sample_id):
                self._clear(sample)
