"""Which samples have still to be asked about, each set of pictures once."""

from abc import abstractmethod
from collections.abc import Callable, Iterator
from typing import ClassVar, NamedTuple

from meu_data.choices import OnUnknown
from meu_data.corpora.corpus import labels_of
from meu_data.drafting.providers.base import Reply
from meu_data.drafting.requests.answers import AnswerOutcome
from meu_data.drafting.requests.prompts import pictures_of
from meu_data.drafting.requests.spec import RequestSettings, RequestSpec
from meu_data.drafting.requests.worklist import Work, Worklist
from meu_data.evaluate.predicting.requests import judge_prediction, prediction_spec
from meu_data.face.class_sets import ClassSet
from meu_data.records import Sample
from meu_data.store.requests import RequestKind, RequestState, find_request
from meu_data.store.workspace import Workspace


class Asked(NamedTuple):
    """A sample and the request about it."""

    sample: Sample
    spec: RequestSpec


def emotions_for(sample: Sample, classes: ClassSet | None) -> tuple[str, ...]:
    """What a sample may be said to be: the classes, or without any what its corpus labels; never its own label."""
    return classes.classes if classes is not None else labels_of(sample.corpus)


class OnceWorklist(Worklist):
    """The requests of `asked` that have no answer yet, each once; `read` judges their answers."""

    kind: ClassVar[RequestKind] = "prediction"
    read: Callable[[RequestSpec, Reply], AnswerOutcome]

    @abstractmethod
    def asked(self) -> Iterator[Asked]:
        """All that is to be asked, answered or not."""

    def __iter__(self) -> Iterator[Work]:
        """The work in the order of its keys, which tells nothing of names; what is answered already is passed over."""
        asked: set[str] = set()
        for key, (sample, spec) in sorted(((one.spec.key, one) for one in self.asked()), key=lambda pair: pair[0]):
            self.counts["seen"] += 1
            request = find_request(self._ledger, key)
            state: RequestState = request.state if request else "todo"
            if key in asked or state not in self._wanted:
                self.counts["fresh" if key in asked or state == "done" else state] += 1
                continue
            asked.add(key)
            afresh = state in ("failed", "blocked")
            yield Work(sample, None, spec, key, key, afresh=afresh, kind=self.kind, read=self.read)


class PredictionWorklist(OnceWorklist):
    """The samples of which no prediction is there yet."""

    read = staticmethod(judge_prediction)

    def __init__(
        self,
        workspace: Workspace,
        settings: RequestSettings,
        classes: ClassSet | None,
        *,
        only: str | None = None,
        limit: int | None = None,
        on_unknown: OnUnknown = "hold",
        retry_failed: bool = False,
    ) -> None:
        """Prepares the iteration.

        Raises:
            MeuError: There is no sample of the id `only`.
        """
        super().__init__(workspace, settings, only=only, limit=limit, on_unknown=on_unknown, retry_failed=retry_failed)
        self._classes = classes

    def asked(self) -> Iterator[Asked]:
        """Every sample that has its pictures, by id."""
        settings = self._settings
        for sample, motion in self._ledger.samples_with_motion(
            settings.recipe, only=self._only, limit=self._limit, kind=settings.kind
        ):
            emotions = emotions_for(sample, self._classes)
            yield Asked(sample, prediction_spec(pictures_of(sample, motion, settings), emotions, settings))
