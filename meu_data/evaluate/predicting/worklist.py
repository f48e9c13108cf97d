"""Which samples have still to be asked about, each set of pictures once."""

from collections.abc import Iterator
from typing import NamedTuple

from meu_data.choices import OnUnknown, PredictImages
from meu_data.corpora.corpus import labels_of
from meu_data.drafting.requests.prompts import picture_mime
from meu_data.drafting.requests.spec import RequestPicture, RequestSettings, RequestSpec
from meu_data.drafting.requests.worklist import Work, Worklist
from meu_data.evaluate.predicting.requests import judge_prediction, prediction_spec
from meu_data.face.class_sets import ClassSet
from meu_data.records import Motion, Sample
from meu_data.store.requests import RequestState, find_request
from meu_data.store.workspace import Workspace


class Asked(NamedTuple):
    """A sample and the request about it."""

    sample: Sample
    motion: Motion
    spec: RequestSpec


def emotions_for(sample: Sample, classes: ClassSet | None) -> tuple[str, ...]:
    """What a sample may be said to be: the classes, or without any what its corpus labels; never its own label."""
    return classes.classes if classes is not None else labels_of(sample.corpus)


class PredictionWorklist(Worklist):
    """The requests that have no answer yet."""

    def __init__(
        self,
        workspace: Workspace,
        settings: RequestSettings,
        classes: ClassSet | None,
        images: PredictImages,
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
        self._classes, self._images = classes, images

    def asked(self) -> Iterator[Asked]:
        """Every sample that has its pictures, by id."""
        settings = self._settings
        for sample, motion in self._ledger.samples_with_motion(
            settings.recipe, only=self._only, limit=self._limit, kind=settings.kind
        ):
            pictures = pictures_of(sample, motion, self._images)
            emotions = emotions_for(sample, self._classes)
            yield Asked(sample, motion, prediction_spec(pictures, self._images, emotions, settings))

    def __iter__(self) -> Iterator[Work]:
        """The work; what is answered already is passed over."""
        asked: set[str] = set()
        for sample, motion, spec in self.asked():
            self.counts["seen"] += 1
            key = spec.key
            request = find_request(self._ledger, key)
            state: RequestState = request.state if request else "todo"
            if key in asked or state not in self._wanted:
                self.counts["fresh" if key in asked or state == "done" else state] += 1
                continue
            asked.add(key)
            afresh = state in ("failed", "blocked")
            yield Work(sample, motion, spec, key, key, afresh=afresh, kind="prediction", read=judge_prediction)


def pictures_of(sample: Sample, motion: Motion, images: PredictImages) -> tuple[RequestPicture, ...]:
    """The pictures of a sample, in the order that a request shows them."""
    drawn = RequestPicture(file=motion.map_file, root="workspace", sha256=motion.map_sha256, mime="image/png")
    if images == "map":
        return (drawn,)
    named = zip(sample.pair, (motion.onset_sha256, motion.apex_sha256), strict=True)
    pair = tuple(RequestPicture(file=f, root="frames", sha256=sha256, mime=picture_mime(f)) for f, sha256 in named)
    return pair if images == "pair" else (drawn, *pair)
