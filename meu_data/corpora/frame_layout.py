"""Which layout of frames fits a sheet's clips, and how well."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeAlias

from meu_data.corpora.frame_index import Folder, FrameRun
from meu_data.corpora.frame_pattern import ClipFields, FramePattern, path_key

Candidates: TypeAlias = Callable[[FramePattern, ClipFields], Iterable[tuple[str, Folder]]]


class FoundLayout(NamedTuple):
    """How the clips of a sheet lie below the frames folder.

    Attributes:
        pattern: The layout; the first declared where none fits.
        bases: The folders below which it begins, the one with the most clips first; empty is the frames folder.
        clips: How many clips (or events) were looked for.
        fit: How many have a folder or video with such frames.
        others: What else is there: pattern, base, and how many clips fit it.
    """

    pattern: FramePattern
    bases: tuple[str, ...]
    clips: int
    fit: int
    others: tuple[tuple[FramePattern, str, int], ...]

    def sentences(self) -> list[str]:
        """What was recognised, a line each."""
        below = f" below {', '.join(base or 'the frames folder' for base in self.bases)}" if any(self.bases) else ""
        lines = [f"frames: {self.pattern.path}{below} fits {self.fit} of {self.clips} clips"]
        for pattern, base, fit in self.others:
            lines.append(f"also there, not used: {pattern.path} below {base or 'the frames folder'}, {fit} clips")
        return lines


def runs_of(pattern: FramePattern, fields: ClipFields, folder: Folder) -> list[FrameRun]:
    """The frames of a clip in its folder."""
    before, behind = pattern.file(fields)
    return folder.runs_by_key.get((path_key(before), path_key(behind.rpartition(".")[0])), [])


def videos_of(pattern: FramePattern, fields: ClipFields, folder: Folder) -> list[str]:
    """The videos of a clip in its folder."""
    key = path_key(pattern.file(fields)[0].rpartition(".")[0])
    if not key.endswith("*"):
        return folder.videos_by_key.get(key, [])
    begin = key[:-1]
    return [
        name
        for other, names in folder.videos_by_key.items()
        if other.startswith(begin) and not other[len(begin) : len(begin) + 1].isdigit()
        for name in names
    ]


class Weighed(NamedTuple):
    """How well a pattern fits.

    Attributes:
        layout: Where.
        named: How many rows have the very frames they name.
        twice: Another folder below which as many clips lie as below the first; None without.
    """

    layout: FoundLayout
    named: int
    twice: str | None


def weigh(pattern: FramePattern, rows: Sequence[ClipFields], candidates: Candidates) -> Weighed:
    """Weighs a pattern against a sheet.

    Args:
        pattern: The layout.
        rows: All of the sheet's clips.
        candidates: The folders where a clip's frames or video would be, each with the path above the pattern.
    """
    places: dict[str, set[int]] = {}
    named: dict[str, int] = Counter()
    for number, fields in enumerate(rows):
        try:
            found = list(candidates(pattern, fields))
            for base, folder in found:
                if pattern.is_video:
                    fits = named_frames = bool(videos_of(pattern, fields, folder))
                else:
                    runs = runs_of(pattern, fields, folder)
                    fits = bool(runs)
                    wanted = [fields[name] for name in ("onset", "apex", "offset") if isinstance(fields.get(name), int)]
                    named_frames = all(any(run.holds(int(frame)) for run in runs) for frame in wanted)
                if fits:
                    places.setdefault(base, set()).add(number)
                    named[base] += named_frames
        except KeyError:
            continue
    bases: list[str] = []
    others: list[tuple[FramePattern, str, int]] = []
    covered: set[int] = set()
    ranked = sorted(places, key=lambda base: (-len(places[base]), -named[base], base.count("/"), base))
    for base in ranked:
        if covered.isdisjoint(places[base]):
            bases.append(base)
            covered |= places[base]
        else:
            others.append((pattern, base, len(places[base])))
    twice = others[0][1] if others and len(places[others[0][1]]) == len(places[bases[0]]) else None
    layout = FoundLayout(pattern, tuple(bases), len(rows), len(covered), tuple(others))
    return Weighed(layout, sum(named[base] for base in bases), twice)
