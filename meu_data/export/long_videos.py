"""The questions of MEGC's ME-VQA about long videos (ME-LVQA) and their answers, from the labels of a workspace.

Such a line shows no picture: it is about a whole recording, of which the trainer has the video. So it needs no maps, no
drafts and no reviews, and it is the sheet's expressions that are counted, macro-expressions too.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from meu_data.errors import MeuError
from meu_data.export.files.folder import whole_folder
from meu_data.export.samples.splits import Splits, plan_splits
from meu_data.export.styles.megc_lvqa import EVENTS, MACRO, MICRO, TYPE, TYPES, UNITS_IN_ALL
from meu_data.export.styles.megc_vqa import CHALLENGE_NAMES
from meu_data.records import ExpressionKind, Record, Sample
from meu_data.store.damage import on_a_sound_ledger
from meu_data.store.workspace import Workspace

# Whose recordings the challenge knows under another name.
_CORPORA = {"sammlv": "samm"}


class LongVideoSummary(Record):
    """What was written: lines by file, recordings, and what was left out or may be short of expressions."""

    out: str
    recordings: int
    lines: dict[str, int]
    left_out: dict[str, int]
    problems: int


class _Event(NamedTuple):
    """One expression of a recording; `units` is None where its action units are not labelled."""

    onset: int
    clip: str
    kind: ExpressionKind
    units: tuple[int, ...] | None


class _Recording(NamedTuple):
    """Expressions whose frames lie in one folder, or in one video."""

    corpus: str
    split: str
    subject: str
    place: str


Answer = str | int


def questions(key: str, events: Sequence[tuple[ExpressionKind, Sequence[int] | None]]) -> list[tuple[str, Answer]]:
    """What is asked of a long video, and the answers as the challenge's training file has them.

    Args:
        key: A name of the recording; a hash of it says of which two expressions the type is asked.
        events: The kind and the action units of each expression, in the order of their onsets. Where the units of one
            are not labelled, those of all are not asked.

    Returns:
        Five or six pairs. Numbers are numbers; the units are the challenge's names by number, an empty text for none.
    """
    kinds = [kind for kind, _ in events]
    asked: list[tuple[str, Answer]] = [
        (EVENTS, len(kinds)),
        (MICRO, kinds.count("micro")),
        (MACRO, kinds.count("macro")),
    ]
    units = [units for _, units in events if units is not None]
    if len(units) == len(events):
        names = (CHALLENGE_NAMES[number] for number in sorted({number for one in units for number in one}))
        asked.append((UNITS_IN_ALL, ", ".join(names)))
    draw = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
    first = draw % len(kinds)
    second = (first + 1 + (draw >> 32) % max(len(kinds) - 1, 1)) % len(kinds)
    words = dict(zip(("micro", "macro"), TYPES, strict=True))
    return asked + [(TYPE.format(number=place + 1), words[kinds[place]]) for place in (first, second)]


@on_a_sound_ledger
def write_long_videos(
    workspace: Workspace,
    out: Path | str,
    *,
    splits: str = "corpus",
    seed: int = 0,
    allow_leaks: bool = False,
    overwrite: bool = False,
) -> LongVideoSummary:
    """Writes `me_lvqa_<corpus>_<split>.jsonl`, and outside training also `…_to_answer.jsonl`, whose answers are empty.

    A line has `video_id`, `video`, `question` and `answer` (github.com/MEGC2026/megc2026.github.io,
    files/me_lvqa_samm_casme3.jsonl). Asked about are corpora of which some recording here holds several expressions.

    Args:
        workspace: Where the samples are; they need not be rendered.
        out: The folder to write: missing or empty, or with `overwrite` one that this wrote. It appears whole or not at
            all.
        splits: As for `export`.
        seed: Of the draw of subjects.
        allow_leaks: Write splits that have people in common.
        overwrite: Replace an earlier folder.

    Returns:
        Counts. `problems` are rows of the sheets that no sample came of: their expressions are not counted.

    Raises:
        MeuError: No recording holds several expressions, a person is in several splits, or the folder is not free.
    """
    out, ledger = Path(out), workspace.ledger
    recordings = _recordings(ledger.samples(), plan_splits(splits, ledger, seed=seed))
    long = {key.corpus for key, events in recordings.items() if len(events) > 1}
    left_out = Counter(
        f"{key.corpus}, no recording with several expressions" for key in recordings if key.corpus not in long
    )
    recordings = {key: events for key, events in recordings.items() if key.corpus in long}
    if not recordings:
        raise MeuError(
            "no recording here holds several expressions, so there is nothing to ask of long videos; extract a corpus "
            "of them (sammlv, casmesq, casme3) with its uncut frames"
        )
    if not allow_leaks:
        _check_people(recordings)
    problems = [problem for problem in ledger.problems("extract") if problem.corpus in long]
    with whole_folder(out, overwrite=overwrite, why_not_ours=_why_not_ours, same=_same) as folder:
        lines = _write(folder, recordings)
    return LongVideoSummary(
        out=str(out),
        recordings=len(recordings),
        lines=lines,
        left_out=dict(sorted(left_out.items())),
        problems=len(problems),
    )


def _recordings(samples: Iterator[Sample], plan: Splits) -> dict[_Recording, list[_Event]]:
    """The expressions of each recording, in the order of their onsets."""
    found: dict[_Recording, list[_Event]] = defaultdict(list)
    for sample in samples:
        # A frame of a video is `video.avi#12`.
        place = sample.onset_frame.rpartition("#")[0] or PurePosixPath(sample.onset_frame).parent.as_posix()
        units = None if sample.aus is None else tuple(unit.number for unit in sample.aus)
        key = _Recording(sample.corpus, plan.of(sample), sample.subject, place)
        found[key].append(_Event(sample.onset, sample.clip, sample.kind, units))
    return {key: sorted(events, key=lambda one: (one.onset, one.clip)) for key, events in sorted(found.items())}


def _check_people(recordings: Mapping[_Recording, object]) -> None:
    places: dict[tuple[str, str], set[str]] = defaultdict(set)
    for key in recordings:
        places[key.corpus, key.subject].add(key.split)
    shared = [(corpus, subject, sorted(splits)) for (corpus, subject), splits in places.items() if len(splits) > 1]
    if shared:
        corpus, subject, splits = shared[0]
        raise MeuError(
            f"the splits leak: {len(shared)} people are in several, first {corpus}/{subject} ({', '.join(splits)}); "
            "take --splits subjects:0.8,0.1,0.1, or write them with --allow-leaks"
        )


def _write(folder: Path, recordings: Mapping[_Recording, Sequence[_Event]]) -> dict[str, int]:
    """The files, and how many lines each has."""
    # Where the expressions of one recording are called differently, the last part of the name counts them.
    counted = {key.corpus for key, events in recordings.items() if len({event.clip for event in events}) > 1}
    lines: dict[str, list[dict[str, Answer]]] = defaultdict(list)
    for key, events in recordings.items():
        corpus, clip = _CORPORA.get(key.corpus, key.corpus), events[0].clip
        # The challenge has no noughts before a number.
        video = f"{key.subject.lstrip('0') or key.subject}_{clip.rpartition('_')[0] if key.corpus in counted else clip}"
        stem = f"me_lvqa_{corpus}_{key.split}"
        asked = questions("/".join((key.corpus, key.subject, video)), [(one.kind, one.units) for one in events])
        for number, (question, answer) in enumerate(asked, start=1):
            named = {"video_id": f"{corpus}_{key.split}_{video}_{number}", "video": video, "question": question}
            lines[stem].append({**named, "answer": answer})
            if not key.split.lower().startswith("train"):
                lines[f"{stem}_to_answer"].append({**named, "answer": ""})
    for stem, rows in lines.items():
        text = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
        (folder / f"{stem}.jsonl").write_text(text, encoding="utf-8", newline="\n")
    return {f"{stem}.jsonl": len(rows) for stem, rows in sorted(lines.items())}


def _why_not_ours(folder: Path) -> str | None:
    other = sorted(path.name for path in folder.iterdir() if not path.match("me_lvqa_*.jsonl"))
    return f"it holds {other[0]}, which is no file of ME-LVQA" if other else None


def _same(one: Path, other: Path) -> bool:
    return {path.name: path.read_bytes() for path in one.iterdir()} == {
        path.name: path.read_bytes() for path in other.iterdir()
    }
