"""Emotions that stand in the sheet of another corpus of the same clips: SAMM Long Videos has them in SAMM's own."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from meu_data.corpora.corpus import Corpus, find_corpus
from meu_data.corpora.errata import Errata
from meu_data.corpora.frame_pattern import path_key
from meu_data.corpora.rows import Expression, RowFault, read_rows
from meu_data.corpora.sheets import open_table
from meu_data.errors import MeuError


def with_emotions(corpus: Corpus, told: Sequence[Expression | RowFault], path: Path) -> list[Expression | RowFault]:
    """The expressions with the emotions of another sheet: micro-expressions without one, by the name of their clip.

    Args:
        corpus: Whose expressions.
        told: What its sheet tells.
        path: The other corpus's sheet.

    Returns:
        The same in the same order; a note names the row an emotion comes from.

    Raises:
        MeuError: There is no corpus whose sheet has this one's emotions.
        SheetError: The sheet cannot be read as that corpus's.
    """
    if not corpus.emotions_from:
        raise MeuError(f"--emotions goes with SAMM Long Videos; the sheet of {corpus.terms.name} has its own")
    other = find_corpus(corpus.emotions_from)
    table = open_table(path, other)
    rows, _ = read_rows(other, table, Errata((), table.total))
    known = {path_key(one.clip): one for one in rows if isinstance(one, Expression) and one.emotion_written}
    found: list[Expression | RowFault] = []
    for one in told:
        match = known.get(path_key(one.clip)) if isinstance(one, Expression) else None
        if isinstance(one, Expression) and one.kind == "micro" and not one.emotion_written and match is not None:
            one = replace(  # noqa: PLW2901 - the same with its emotion
                one,
                emotion=match.emotion,
                emotion_written=match.emotion_written,
                objective_class=one.objective_class or match.objective_class,
                notes=(*one.notes, f"emotion from row {match.row} of {path.name}"),
                fields={**one.fields, "emotion": match.fields["emotion"]},
            )
        found.append(one)
    return found
