"""Finds a layout that nobody declared, by looking for the sheet's own words in the names of folders and files."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from meu_data.corpora.frame_index import Folder, FrameRun
from meu_data.corpora.frame_pattern import SUBJECT_NUMBER, ClipFields, FramePattern, path_key

# Enough rows that fields which are equal in one differ in another; enough places that the right one is among them.
_ROWS, _PLACES, _PATTERNS = 40, 60, 5
# Above a clip's folder there are a person's, an emotion's and a kind's; below it the channel (`color`).
_DEEPEST = 5
_TOKEN = re.compile(r"\d+|[^\W\d_]+|.", re.DOTALL)
# Where two fields are equal, the one that says more.
_FIRST = ("clip", "subject", SUBJECT_NUMBER, "emotion", "onset", "apex", "offset")


class _Place(NamedTuple):
    """Frames that differ in their number alone, or a video.

    Attributes:
        names: Of the folders from the outermost, and what stands before the number of the frame.
        behind: What stands behind it; of a video, its ending.
        run: The frames; None for a video.
    """

    names: tuple[str, ...]
    behind: str
    run: FrameRun | None


def looked_for(folders: Iterable[Folder], rows: Sequence[ClipFields]) -> list[FramePattern]:
    """Layouts that seem to fit, the likeliest first; each names the clip.

    Args:
        folders: All folders of the tree.
        rows: All of the sheet's clips.
    """
    asked = [fields for fields in rows[:: max(1, len(rows) // _ROWS)] if str(fields.get("clip", "")).strip()]
    words = [(_tokens(fields, "clip"), _tokens(fields, SUBJECT_NUMBER)) for fields in asked]
    near: list[list[_Place]] = [[] for _ in asked]
    for folder in folders:
        for place in _places(folder):
            text = path_key("/".join(place.names))
            for found, (clip, number) in zip(near, words, strict=True):
                if len(found) < _PLACES and "".join(clip) in text and "".join(number) in text:
                    found.append(place)
    votes: Counter[str] = Counter()
    for fields, found in zip(asked, near, strict=True):
        onset = fields.get("onset")
        weights: dict[str, int] = {}
        for place in found:
            holds = place.run is not None and isinstance(onset, int) and place.run.holds(onset)
            if (path := _pattern(place, fields)) is not None:
                weights[path] = max(weights.get(path, 0), 2 if holds else 1)
        votes.update(weights)
    return [FramePattern(path) for path, _ in sorted(votes.items(), key=lambda vote: (-vote[1], vote[0]))[:_PATTERNS]]


def _places(folder: Folder) -> Iterator[_Place]:
    names = tuple(folder.path.split("/")[-_DEEPEST:]) if folder.path else ()
    for run in folder.runs:
        yield _Place((*names, run.before), run.behind, run)
    for video in folder.videos:
        stem, _, ending = video.rpartition(".")
        yield _Place((*names, stem), f".{ending}", None)


def _tokens(fields: ClipFields, name: str) -> tuple[str, ...]:
    """The words and numbers of a field, as names are compared."""
    if name == SUBJECT_NUMBER:
        digits = re.findall(r"\d+", str(fields.get("subject", "")))
        return (path_key(digits[-1]),) if digits else ()
    return tuple(_TOKEN.findall(path_key(str(fields.get(name, "")).strip())))


def _pattern(place: _Place, fields: ClipFields) -> str | None:
    """The path with the row's words replaced by their names, from the first that has one; None without the clip's."""
    known = [(name, _tokens(fields, name)) for name in dict.fromkeys((*_FIRST, *fields))]
    known = sorted((one for one in known if one[1]), key=lambda one: -len(one[1]))
    parts = [_named(name, known) for name in place.names]
    if place.run is not None:
        parts[-1] += f"{{frame:0{place.run.width}}}" if place.run.width else "{frame}"
    parts[-1] += _literal(place.behind)
    first = next((at for at, part in enumerate(parts) if "{" in part.replace("{{", "")), len(parts))
    path = "/".join(parts[first:])
    return path if "{clip" in path else None


def _named(text: str, known: Sequence[tuple[str, tuple[str, ...]]]) -> str:
    spelled = _TOKEN.findall(text)
    keys = [path_key(token) for token in spelled]
    named, at = "", 0
    while at < len(keys):
        for name, tokens in known:
            if tuple(keys[at : at + len(tokens)]) == tokens:
                padded = len(tokens) == 1 and spelled[at][0] == "0" and len(spelled[at]) > 1
                named += f"{{{name}:0{len(spelled[at])}}}" if padded else f"{{{name}}}"
                at += len(tokens)
                break
        else:
            named += _literal(spelled[at])
            at += 1
    return named


def _literal(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
