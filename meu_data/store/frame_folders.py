"""Where the frames of each corpus and split lie, as `extract` was told."""

from pathlib import Path

from meu_data.errors import FrameError, printable
from meu_data.records import Sample
from meu_data.store.ledger import Ledger


class FrameFolders:
    """The frames folders of a ledger's sources."""

    def __init__(self, ledger: Ledger) -> None:
        """Looks them up.

        Raises:
            DamagedError: A source is not as this program writes it.
        """
        self._folders = {place: Path(source.frames) for place, source in ledger.sources().items()}

    def of(self, sample: Sample) -> Path:
        """The folder that the frames of a sample lie below.

        Raises:
            FrameError: The ledger does not say, as when its row was damaged and is set aside.
        """
        if not self.know(sample.corpus, sample.split):
            raise FrameError(lacking(sample.corpus, sample.split))
        return self._folders[sample.corpus, sample.split]

    def know(self, corpus: str, split: str) -> bool:
        """Whether the ledger says where the frames of a split are."""
        return (corpus, split) in self._folders


def lacking(corpus: str, split: str) -> str:
    """What to tell where the ledger does not say it."""
    place = f"{printable(corpus)}, split {printable(split)}"
    return f"the ledger lacks the frames folder of {place}: run `meu-data extract` again"
