"""Grounding that waits for a quiet moment: it takes a core's time, and calls under way should not wait for it."""

from collections import deque

from meu_data.choices import Language, Recipe
from meu_data.grounding.verify import store_grounding
from meu_data.records import Draft, Motion, Sample
from meu_data.store.ledger import Ledger

_PAGE = 100
_MOST_REMEMBERED = 10_000
_SELECT = (
    "SELECT d.sample_id, s.record, m.record, d.record FROM drafts d JOIN samples s ON s.id = d.sample_id"
    " JOIN motion m ON m.sample_id = d.sample_id AND m.recipe = ? LEFT JOIN grounding g"
    " ON g.sample_id = d.sample_id AND g.model = d.model AND g.lang = d.lang"
    " WHERE d.model = ? AND d.lang = ? AND g.sample_id IS NULL"
)


class Backlog:
    """The drafts of one model and language that have no grounding yet; the ledger knows them, too."""

    def __init__(self, ledger: Ledger, recipe: Recipe, model: str, lang: Language) -> None:
        """Begins empty; what an earlier run left is found by `drain`."""
        self._ledger, self._scope = ledger, (recipe, model, lang)
        self._recent: deque[str] = deque(maxlen=_MOST_REMEMBERED)

    def add(self, sample_id: str) -> None:
        """A draft was stored without its grounding."""
        self._recent.append(sample_id)

    def work(self, count: int) -> int:
        """Grounds a few of the drafts that were added, in one transaction.

        Returns:
            How many it looked at; 0 when there is nothing to do.
        """
        chosen = [self._recent.popleft() for _ in range(min(count, len(self._recent)))]
        rows = [
            row for name in chosen for row in self._ledger.read(f"{_SELECT} AND d.sample_id = ?", (*self._scope, name))
        ]
        self._ground(rows)
        return len(chosen)

    def drain(self) -> None:
        """Grounds every draft that has no grounding, also those of earlier runs."""
        self._recent.clear()
        last = ""
        while True:
            query = f"{_SELECT} AND d.sample_id > ? ORDER BY d.sample_id LIMIT {_PAGE}"
            page = self._ledger.read(query, (*self._scope, last))
            self._ground(page)
            if len(page) < _PAGE:
                return
            last = page[-1][0]

    def _ground(self, rows: list[tuple[str, str, str, str]]) -> None:
        if not rows:
            return
        with self._ledger.transaction():
            for _, sample, motion, draft in rows:
                store_grounding(
                    self._ledger,
                    Sample.model_validate_json(sample),
                    Motion.model_validate_json(motion),
                    Draft.model_validate_json(draft),
                )
