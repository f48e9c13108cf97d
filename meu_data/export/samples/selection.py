"""Which samples become rows: those whose annotation passes the gates, and a count of every other with its reason."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from meu_data.choices import Kind, Language, Origin, Recipe
from meu_data.errors import FrameError, MeuError
from meu_data.export.samples.gates import UNGROUNDED, Gates, SampleLeftOut, UntrustedMapError
from meu_data.export.samples.splits import Splits
from meu_data.export.samples.truth import RowError, SampleTruth, check_agreement, gather, gather_labels, gather_proof
from meu_data.export.styles.row import Style
from meu_data.face.class_sets import ClassSet
from meu_data.progress import Progress
from meu_data.records import REJECTED, Draft, Motion, Review, Sample, sample_problem
from meu_data.review.verdicts.adjudication import UNREVIEWED, adjudicate, check_expert
from meu_data.store.drafts import groundings
from meu_data.store.frame_folders import FrameFolders
from meu_data.store.reviews import current_reviews, pseudonyms
from meu_data.store.workspace import Workspace


class RowSelection:
    """The samples of a workspace as rows, one pass over the ledger.

    Rows, `left_out` and `problems` add up to the samples of the workspace once `truths` has been read. `lost` counts
    the problems with pictures: a map or a frame that is gone or changed since it was drawn; `first_lost` is what was
    said of the first one. `untrusted` counts the problems whose map cannot be believed, `outside` those left out
    because they are in no class of the protocol, by emotion.
    """

    def __init__(
        self,
        workspace: Workspace,
        *,
        style: Style,
        source: Origin,
        lang: Language,
        recipe: Recipe,
        gates: Gates,
        splits: Splits,
        classes: ClassSet | None = None,
        kind: Kind = "micro",
    ) -> None:
        """See `export` for the arguments.

        Raises:
            MeuError: Nobody goes by the name of the policy's expert.
        """
        self._root, self._ledger = workspace.root, workspace.ledger
        self._style, self._source, self._lang, self._recipe, self._splits = style, source, lang, recipe, splits
        self._classes, self._kind = classes, kind
        self._pseudonyms = pseudonyms(self._ledger)
        self._gates = gates
        if source == "proofread" and self._pseudonyms:
            self._gates = gates._replace(policy=check_expert(gates.policy, self._pseudonyms))
        self._frames = FrameFolders(self._ledger)
        self._earlier = {problem.sample_id for problem in self._ledger.problems("export")}
        self.total = self._ledger.count_samples()
        self.models: set[str] = set()
        self.annotators: set[str] = set()
        self.left_out: Counter[str] = Counter()
        self.outside: Counter[str] = Counter()
        self.problems = 0
        self.untrusted = 0
        self.doubts: Counter[str] = Counter()
        self.lost = 0
        self.first_lost = ""

    def truths(self, progress: Progress) -> Iterator[SampleTruth]:
        """The rows by sample id, each sample with the split it is put into.

        A sample that cannot become a row is stored as a problem.

        Args:
            progress: Told of every sample, whether it becomes a row or not; already started.

        Raises:
            MeuError: A sample has drafts by several models and none was chosen.
        """
        rendered = 0
        wanted = self._ledger.count_samples(kind=self._kind)
        for sample, motion in self._ledger.samples_with_motion(self._recipe, kind=self._kind):
            rendered += 1
            try:
                truth = self._truth(sample, motion)
            except SampleLeftOut as reason:
                self.left_out[str(reason)] += 1
            except RowError as error:
                self._complain(sample, error)
            else:
                if sample.id in self._earlier:
                    self._clear(sample)
                self._note(truth)
                yield replace(truth, classes=self._classes)
            progress.advance()
        if wanted > rendered:
            self.left_out[f"not rendered with the recipe {self._recipe}"] = wanted - rendered
        if self.total > wanted:
            self.left_out[self._no_kind] = self.total - wanted
        progress.advance(self.total - rendered)
        self._forget_earlier()

    def why_nothing(self) -> str:
        """What to do when no row came out."""
        if self.problems and self.problems == self.untrusted:
            ask = f"ask for less than --min-trust {self._gates.min_trust:g}"
            return f"no row could be exported: no map can be believed; see `meu-data problems`, or {ask}"
        if self.problems:
            return f"no row could be exported: {self.problems} samples have problems; see `meu-data problems`"
        if set(self.left_out) == {self._no_kind}:
            return f"there is nothing to export: no {self._kind}-expression is here; ask for others with --kind all"
        reasons = ", ".join(f"{count} × {reason}" for reason, count in sorted(self.left_out.items()))
        if set(self.left_out) - {self._no_kind} == {f"not rendered with the recipe {self._recipe}"}:
            return f"there is nothing to export: no map of the recipe {self._recipe}; run `meu-data render` first"
        if self._source == "drafts":
            return f"there is nothing to export: {reasons}; {self._do_for_drafts()}"
        drafts = "or export machine drafts with --source drafts"
        unread = f"there are no proofread rows: run `meu-data push`, review, run `meu-data pull`, {drafts}"
        return f"no proofread row passes: {reasons}; ask for less, {drafts}" if self._pseudonyms else unread

    def _do_for_drafts(self) -> str:
        if self._undrafted in self.left_out:
            return f"run `meu-data draft --lang {self._lang}` first"
        return "run `meu-data verify` first" if UNGROUNDED in self.left_out else "ask for less"

    def _truth(self, sample: Sample, motion: Motion) -> SampleTruth:
        """Everything about one sample.

        Raises:
            LeftOut: It is not wanted.
            RowError: It is wanted and cannot become a row.
        """
        placed = sample.model_copy(update={"split": self._splits.of(sample)})
        frames = self._folder(sample) if self._style.framed else None
        if self._source == "proofread":
            review = self._review(sample)
            if review.proof is not None:
                aus = sample.aus is not None or bool(review.proof.aus)
                self._check_labels(sample, review.proof.emotion, aus)
            self._gates.check_map(sample, motion, self._style, confirmed=_is_confirmed(review, motion))
            truth = gather_proof(
                placed,
                motion,
                review,
                root=self._root,
                annotator=self._pseudonyms[review.annotator],
                frames=frames,
                compared=self._style.compared,
            )
            if not self._gates.allow_contradictions:
                check_agreement(truth)
            return truth
        self._check_labels(sample, sample.emotion, sample.aus is not None)
        draft = self._draft(sample) if self._style.drafted else None
        self._gates.check_map(sample, motion, self._style, confirmed=False)
        if draft is None:
            return gather_labels(placed, motion, root=self._root, lang=self._lang, frames=frames)
        return gather(placed, motion, draft, root=self._root, frames=frames)

    def _folder(self, sample: Sample) -> Path:
        try:
            return self._frames.of(sample)
        except FrameError as error:
            raise RowError("meu.db", str(error)) from error

    def _check_labels(self, sample: Sample, emotion: str | None, aus: bool) -> None:
        """Lets a sample through that has the labels that the style needs, and is in a class of the protocol.

        Raises:
            LeftOut: It is not.
        """
        has = {"emotion": emotion is not None, "AUs": aus}
        if not all(has[label] for label in self._style.needs) or not any(has.values()):
            lacking = next(label for label, there in has.items() if not there)
            raise SampleLeftOut(f"{lacking} not labelled, or not understood")
        if self._classes is None or emotion is None:
            return
        if self._classes.class_of(sample.corpus, sample.subject, sample.clip, emotion) is None:
            self.outside[emotion] += 1
            raise SampleLeftOut(f"outside the classes {self._classes.name}")

    def _review(self, sample: Sample) -> Review:
        """The review that counts, if it passes.

        Raises:
            LeftOut: There is none, the people disagree, or it does not pass.
        """
        reviews = current_reviews(self._ledger, sample.id)
        if self._gates.allow_contradictions:
            # Nothing else is wrong with those.
            reviews = [one.model_copy(update={"fault": None}) if one.contradictions else one for one in reviews]
        if not reviews:
            raise SampleLeftOut(UNREVIEWED)
        # One that has lost its draft breaks a rule, which the adjudication says.
        asked = [review for review in reviews if review.draft is None or self._is_wanted(review.draft)]
        if not asked:
            by = f" by {self._gates.model}" if self._gates.model else ""
            raise SampleLeftOut(f"no review of a draft in {self._lang}{by} with the recipe {self._recipe}")
        outcome = adjudicate(asked, self._gates.policy)
        if outcome.review is None:
            raise SampleLeftOut(outcome.reason or UNREVIEWED)
        self._gates.check_verdict(outcome.review.verdict)
        self._gates.check_grounding(outcome.review.grounding)
        return outcome.review

    def _is_wanted(self, draft: Draft) -> bool:
        return (draft.lang, draft.recipe) == (self._lang, self._recipe) and self._gates.model in (None, draft.model)

    @property
    def _no_kind(self) -> str:
        return f"no {self._kind}-expression"

    @property
    def _undrafted(self) -> str:
        return f"no draft in {self._lang}" + (f" by {self._gates.model}" if self._gates.model else "")

    def _draft(self, sample: Sample) -> Draft:
        """The draft of the language and model, if it passes.

        Raises:
            LeftOut: There is none, or it does not pass.
            MeuError: There are several models' and none was chosen.
        """
        model = self._gates.model
        drafts = [draft for draft in self._ledger.drafts(sample.id) if draft.lang == self._lang]
        if model is None:
            # The version that a repair replaced is kept to be looked at, not to be learnt from.
            drafts = [draft for draft in drafts if not draft.model.endswith(REJECTED)]
        else:
            drafts = [draft for draft in drafts if draft.model == model]
        if len(drafts) > 1:
            models = ", ".join(draft.model for draft in drafts)
            raise MeuError(
                f"{sample.id} has drafts in {self._lang} by several models: choose one with --model: {models}"
            )
        if not drafts:
            raise SampleLeftOut(self._undrafted)
        if self._gates.min_grounding is not None:
            self._gates.check_grounding(self._score(drafts[0]))
        return drafts[0]

    def _score(self, draft: Draft) -> float | None:
        stored = groundings(self._ledger, draft.sample_id)
        of_draft = (one.grounding.score for one in stored if (one.model, one.lang) == (draft.model, draft.lang))
        return next(of_draft, None)

    def _note(self, truth: SampleTruth) -> None:
        if truth.draft is not None:
            self.models.add(truth.draft.model)
        if truth.annotator is not None:
            self.annotators.add(truth.annotator)

    def _complain(self, sample: Sample, error: RowError) -> None:
        self.problems += 1
        if isinstance(error, UntrustedMapError):
            self.untrusted += 1
            self.doubts.update(error.flags)
        if error.file != sample.sheet or isinstance(error.__cause__, FrameError):
            # Not the error itself: it would keep all that was gathered of its sample.
            self.first_lost = self.first_lost or str(error)
            self.lost += 1
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


def _is_confirmed(review: Review, motion: Motion) -> bool:
    """Whether the person confirmed this very map, not the one of an earlier run."""
    return review.map_confirmed and review.draft is not None and review.draft.map_sha256 == motion.map_sha256
