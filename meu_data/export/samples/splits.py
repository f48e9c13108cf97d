"""Which split a sample goes to: the corpus's own, one drawn by subject, or a fold for every subject."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.util import find_spec

from meu_data.errors import MeuError, MissingExtraError
from meu_data.records import Record, Sample
from meu_data.store.ledger import Ledger

# What `datasets` takes as the name of a split (its splits.py); it makes the name safe for a file as well.
_SPLIT = re.compile(r"\w+(\.\w+)*")
_NAMES = {2: ("train", "test"), 3: ("train", "validation", "test")}
_FORMS = "choose corpus, loso, or shares of the subjects such as subjects:0.8,0.1,0.1"
# Finer folds could not be filled by the subjects of most corpora.
_MOST_FOLDS = 20

SubjectKey = tuple[str, str]


class LoadConfig(Record):
    """One way to load an export: its name, and by split the patterns of the files it has."""

    name: str
    files: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Splits:
    """A rule that gives every sample its split; `about` explains it on the card.

    `by_subject` is None where the corpus's own splits stay. `folds` means that each split is one subject, left out in
    turn. `single` means that there is but one split, so that nothing can leak.
    """

    spec: str
    about: str
    by_subject: Mapping[SubjectKey, str] | None = None
    folds: bool = False
    single: bool = False

    def of(self, sample: Sample) -> str:
        """The split of a sample."""
        return sample.split if self.by_subject is None else self.by_subject[sample.corpus, sample.subject]

    def empty(self, present: Collection[str]) -> list[str]:
        """The splits that subjects were drawn into, and none of whose samples became a row."""
        drawn = set() if self.folds or self.by_subject is None else set(self.by_subject.values())
        return sorted(drawn - set(present))

    def configs(self, present: Iterable[str], pattern: str) -> list[LoadConfig]:
        """How `datasets` finds the splits again, in the form of a card's `configs`.

        Folds share their files: the training part of a fold is every file but its own. A pattern per digit says so
        in a few lines, where a list of the other files would make the card grow with the square of the subjects.

        Args:
            present: The splits that have rows.
            pattern: The files of a `{split}`, below the export.

        Returns:
            The config `default`, which has every split, then one of each fold.
        """
        names = sorted(present)
        default = LoadConfig(name="default", files=tuple((name, (pattern.format(split=name),)) for name in names))
        if not self.folds:
            return [default]
        parts = ((name, tuple(pattern.format(split=other) for other in _all_but(name, names))) for name in names)
        return [default] + [
            LoadConfig(name=name, files=(("train", others), ("test", (pattern.format(split=name),))))
            for name, others in parts
            if others
        ]


def plan_splits(spec: str, ledger: Ledger, *, seed: int = 0) -> Splits:
    """Makes the rule that a user asked for.

    Subjects are drawn among all of the workspace, whatever an export then leaves out: so two exports of one workspace
    (one to learn answers, one to train by reward) never have the same person on different sides.

    Args:
        spec: `corpus`, `loso`, or `subjects:` with two or three shares that add up to 1.
        ledger: Whose subjects; only their names and emotions are read.
        seed: Of the draw by shares; the same seed and subjects give the same splits.

    Raises:
        MeuError: The rule is unknown or the subjects do not suffice for it, or a split of the corpus has a name that
            no trainer would take.
        MissingExtraError: Shares need scikit-learn, which is not installed.
    """
    kind, _, shares = spec.partition(":")
    if spec == "corpus":
        return _corpus_splits(ledger)
    if spec == "loso":
        return _folds(ledger)
    if kind == "subjects":
        return _drawn(spec, _parse_shares(spec, shares), ledger, seed)
    raise MeuError(f"--splits {spec}: {_FORMS}")


def _corpus_splits(ledger: Ledger) -> Splits:
    places = sorted(ledger.sources())
    for corpus, split in places:
        if not _SPLIT.fullmatch(split):
            rule = "letters, digits, _ and single dots"
            raise MeuError(f"the split {split!r} of {corpus} cannot be exported: its name may hold only {rule}")
    about = "The splits are those of the corpus."
    return Splits("corpus", about, single=len({split for _, split in places}) == 1)


def _folds(ledger: Ledger) -> Splits:
    subjects = sorted({subject for subject, _, _ in _people(ledger)})
    if len(subjects) < 2:
        raise MeuError(f"--splits loso leaves one subject out, and the workspace has {len(subjects)}; it takes two")
    digits = len(str(len(subjects) - 1))
    by_subject = {subject: f"fold{number:0{digits}d}" for number, subject in enumerate(subjects)}
    about = (
        "Leave one subject out: every split is one subject, numbered over all subjects of the workspace. "
        '`load_dataset(folder, "fold' + "0" * digits + '")` has that subject as `test` and all others as `train`; '
        "the files are shared, nothing is stored twice."
    )
    return Splits("loso", about, by_subject, folds=True)


def _parse_shares(spec: str, text: str) -> tuple[float, ...]:
    try:
        shares = tuple(float(part) for part in text.split(","))
    except ValueError:
        raise MeuError(f"--splits {spec}: {_FORMS}") from None
    if len(shares) not in _NAMES or not all(share > 0 for share in shares) or abs(sum(shares) - 1) > 1e-6:
        raise MeuError(f"--splits {spec}: give two or three shares above 0 that add up to 1")
    return shares


def _drawn(spec: str, shares: Sequence[float], ledger: Ledger, seed: int) -> Splits:
    people = list(_people(ledger))
    subjects = sorted({subject for subject, _, _ in people})
    names = _NAMES[len(shares)]
    if len(subjects) < len(shares):
        raise MeuError(f"--splits {spec} needs {len(shares)} subjects, and the workspace has {len(subjects)}")
    folds = _stratified_folds(people, _fold_count(shares, len(subjects)), seed)
    by_subject: dict[SubjectKey, str] = {}
    # The part to train on comes last and takes what is left, as it bears an uneven fold best.
    for name, count in reversed(list(zip(names, _folds_of(shares, len(folds)), strict=True))):
        taken, folds = folds[:count], folds[count:]
        by_subject |= {subject: name for fold in taken for subject in fold}
    if missing := sorted(set(names) - set(by_subject.values())):
        raise MeuError(f"--splits {spec}: too few subjects and samples to fill {' and '.join(missing)}")
    listed = ", ".join(f"{share:g}" for share in shares)
    about = (
        f"Subjects were drawn into the splits by the shares {listed} (seed {seed}) "
        "so that nobody is in two of them and the emotions of each corpus are spread alike. The draw is among all "
        "subjects of the workspace: another export of it with the same seed has the same people on the same side."
    )
    return Splits(spec, about, by_subject)


def _people(ledger: Ledger) -> Iterator[tuple[SubjectKey, str, int]]:
    """Every subject with an emotion and how many samples show it; no more of the samples is read."""
    for corpus, subject, emotion, count in ledger.count_by_subject():
        yield (corpus, subject), emotion, count


def _fold_count(shares: Sequence[float], subjects: int) -> int:
    """The fewest folds of which every share takes a whole number: the fewer, the better each can be balanced."""
    exact = (
        count
        for count in range(len(shares), _MOST_FOLDS)
        if all(abs(share * count - round(share * count)) < 0.01 for share in shares)
    )
    return min(next(exact, _MOST_FOLDS), subjects)


def _folds_of(shares: Sequence[float], folds: int) -> list[int]:
    """How many folds each share gets: one, and then always the one that lacks most."""
    counts = [1] * len(shares)
    while sum(counts) < folds:
        lacking = [share * folds - count for share, count in zip(shares, counts, strict=True)]
        counts[lacking.index(max(lacking))] += 1
    return counts


def _stratified_folds(people: Sequence[tuple[SubjectKey, str, int]], count: int, seed: int) -> list[list[SubjectKey]]:
    """Subjects in about equal folds of about equal emotions; those nearest to the whole's proportions first."""
    if find_spec("sklearn") is None:
        raise MissingExtraError("--splits subjects:… needs scikit-learn: pip install 'meu-data[splits]'")
    # Of a corpus its emotions are to be spread alike, and so is the corpus.
    kinds = sorted({(subject[0], emotion) for subject, emotion, _ in people})
    names = sorted({subject for subject, _, _ in people})
    codes = [kinds.index((subject[0], emotion)) for subject, emotion, times in people for _ in range(times)]
    numbers = {name: number for number, name in enumerate(names)}
    groups = [numbers[subject] for subject, _, times in people for _ in range(times)]
    if len(kinds) == len(codes):
        codes = [0] * len(codes)  # each is the only one of its kind: there is nothing to be spread
    # scikit-learn takes 130 MB, half as much as the rest of an export; a process of its own gives them back. With -P no
    # file of the folder one is in passes for a module.
    asked = json.dumps({"codes": codes, "groups": groups, "count": count, "seed": seed})
    command = [sys.executable, "-P", "-m", "meu_data.export.samples.stratified_folds"]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    if done.returncode != 0:
        raise MeuError(f"--splits subjects:…: scikit-learn could not draw the subjects: {done.stderr.strip()[-300:]}")
    total = Counter(codes)
    ranked = []
    folds: list[list[int]] = json.loads(done.stdout)
    for index, held in enumerate(folds):
        inside = set(held)
        found = Counter(code for code, group in zip(codes, groups, strict=True) if group in inside)
        off = sum(abs(found[kind] - total[kind] / len(folds)) for kind in total)
        ranked.append((off, index, [names[group] for group in held]))
    return [fold for _, _, fold in sorted(ranked)]


def _all_but(name: str, names: Sequence[str]) -> list[str]:
    """Patterns that together match every fold's name but one, and nothing twice.

    The first digit that differs may be each in turn: what stands before it is equal, what follows may be anything.
    """
    start = len("fold")
    patterns = [
        name[:place] + f"[!{name[place]}]" + "[0-9]" * (len(name) - place - 1) for place in range(start, len(name))
    ]
    # A pattern that matches no file is an error to `datasets`.
    return [pattern for pattern in patterns if any(fnmatchcase(other, pattern) for other in names)]
