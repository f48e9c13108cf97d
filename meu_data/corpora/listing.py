"""The corpora that are known: how each is laid out, handed out, and what its released sheets hold."""

from collections.abc import Iterator

from meu_data.corpora.corpus import find_corpus
from meu_data.plugins import names
from meu_data.records import Record


class ListedSheet(Record):
    """One released sheet of a corpus."""

    edition: str
    rows: int
    expressions: int
    subjects: int | None
    emotions: dict[str, int]
    kinds: dict[str, int]
    about: str


class ListedCorpus(Record):
    """One corpus by the name that `--corpus` takes."""

    name: str
    title: str
    verified: bool
    access: str
    source: str
    paper: str
    worksheets: tuple[str, ...]
    columns: tuple[str, ...]
    frames: tuple[str, ...]
    errata: bool
    released: tuple[ListedSheet, ...]

    def sentences(self) -> Iterator[str]:
        """The same as lines to read."""
        yield f"{self.name}: {self.title}" + ("" if self.verified else ", unverified: no sheet of it was seen")
        for name, value in (("access", self.access), ("from", self.source), ("paper", self.paper)):
            if value:
                yield f"  {name}: {value}"
        for path in self.frames:
            yield f"  frames: {path}"
        for sheet in self.released:
            persons = f" of {sheet.subjects} subjects" if sheet.subjects else ""
            counts = {**sheet.kinds, **sheet.emotions}
            told = f": {', '.join(f'{name} {count}' for name, count in counts.items())}" if counts else ""
            more = f", {sheet.expressions} expressions" if sheet.expressions != sheet.rows else ""
            yield f"  {sheet.edition}: {sheet.rows} rows{more}{persons}{told}"
            if sheet.about:
                yield f"    {sheet.about}"


class CorporaList(Record):
    """All corpora, those of other packages too."""

    corpora: tuple[ListedCorpus, ...]


def corpora() -> CorporaList:
    """Lists the corpora in the order of their names' declaration.

    Raises:
        MeuError: A package that offers one is broken.
    """
    return CorporaList(corpora=tuple(map(_listed, names("corpora"))))


def _listed(name: str) -> ListedCorpus:
    corpus = find_corpus(name)
    return ListedCorpus(
        name=name,
        title=corpus.terms.name,
        verified=not corpus.unverified,
        access=corpus.terms.terms,
        source=corpus.terms.source,
        paper=corpus.terms.paper,
        worksheets=corpus.sheets,
        columns=tuple(filter(None, corpus.positions)) or (*corpus.columns, "AU"),
        frames=tuple(pattern.path for pattern in corpus.patterns()),
        errata=bool(corpus.errata),
        released=tuple(
            ListedSheet(
                edition=one.edition,
                rows=one.rows,
                expressions=one.events or one.rows,
                subjects=one.subjects,
                emotions=dict(one.emotions),
                kinds=dict(one.kinds),
                about=one.about,
            )
            for one in corpus.released
        ),
    )
