"""What only shows across rows: an id that comes twice, a subject in two splits."""

import hashlib

from meu_data.checking.findings import Rule
from meu_data.errors import printable
from meu_data.export.formats.row_view import RowView


class Across:
    """Remembers 8 bytes of every id, and the splits of every subject."""

    def __init__(self) -> None:
        self._ids: set[bytes] = set()
        self._splits: dict[tuple[str, str], set[str]] = {}
        self.without_id = 0

    @property
    def subjects(self) -> int:
        """How many subjects the rows name."""
        return len(self._splits)

    def add(self, view: RowView, split: str, shape: str) -> list[tuple[Rule, str]]:
        """Takes a row and tells what is wrong with it among those before.

        Args:
            view: The row.
            split: The split it belongs to.
            shape: The shape of its file: one folder may hold the same samples in several.
        """
        wrong: list[tuple[Rule, str]] = []
        if view.id is None:
            self.without_id += 1
            if "id" in view.labels:
                wrong.append(("id", f"the id is {printable(view.labels['id'])}, not a text"))
        else:
            name = f"{shape} {view.id}".encode("utf-8", "surrogatepass")
            key = hashlib.blake2b(name, digest_size=8).digest()
            if key in self._ids:
                wrong.append(("id", "a row before has the same id"))
            self._ids.add(key)
        if (subject := view.label("subject")) is not None:
            corpus = view.label("corpus") or ""
            splits = self._splits.setdefault((corpus, subject), set())
            if split not in splits and splits:
                where = f" of {printable(corpus)}" if corpus else ""
                others = ", ".join(sorted(map(printable, splits)))
                reason = f"the subject {printable(subject)}{where} is in the split {printable(split)} and in {others}"
                wrong.append(("subject", reason))
            splits.add(split)
        return wrong
