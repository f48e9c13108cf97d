"""The challenge's answers about one clip against each other, where rows have no labels to hold them against."""

import re
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

from meu_data.checking.findings import Rule
from meu_data.checking.rules.row_aus import au_list
from meu_data.checking.rules.vqa import Told, told_by
from meu_data.export.formats.row_view import RowView
from meu_data.face.emotions import COARSE_OF

# Rows of one clip follow each other, or nearly; no corpus has so many clips.
_REMEMBERED = 20_000
_OURS = re.compile(r"(.+)/q\d+")


@dataclass(slots=True)
class _Clip:
    """What has been said of a clip so far."""

    fine: str | None = None
    coarse: str | None = None
    units: frozenset[int] | None = None
    present: set[int] = field(default_factory=set)
    absent: set[int] = field(default_factory=set)


class Clips:
    """Remembers what each clip of a file was said to show."""

    def __init__(self) -> None:
        """Begins with no clip."""
        self._clips: OrderedDict[str, _Clip] = OrderedDict()

    def add(self, view: RowView) -> Iterator[tuple[Rule, str]]:
        """Takes a row and tells what in its answer contradicts those before about its clip."""
        if "emotion" in view.labels or "aus" in view.labels:
            return
        told, name = told_by(view), _clip_of(view)
        if told is None or name is None:
            return
        clip = self._clips.setdefault(name, _Clip())
        self._clips.move_to_end(name)
        if len(self._clips) > _REMEMBERED:
            self._clips.popitem(last=False)
        yield from _classes(clip, told)
        yield from _units(clip, told)


def _classes(clip: _Clip, told: Told) -> Iterator[tuple[Rule, str]]:
    for kind, before, now in (("coarse", clip.coarse, told.coarse), ("fine-grained", clip.fine, told.fine)):
        if before is not None and now is not None and before != now:
            yield (
                "label",
                f"the {kind} class is {now!r}, a row before says {before!r} of this clip",
            )
    fine, coarse = told.fine or clip.fine, told.coarse or clip.coarse
    if (told.fine or told.coarse) and fine is not None and coarse is not None:
        expected = COARSE_OF.get(fine, coarse)
        # An answer with both that disagree is told by itself.
        if expected != coarse and not (told.fine and told.coarse):
            yield "label", f"of this clip the fine-grained class is {fine!r} and the coarse class {coarse!r}"
    clip.fine, clip.coarse = clip.fine or told.fine, clip.coarse or told.coarse


def _units(clip: _Clip, told: Told) -> Iterator[tuple[Rule, str]]:
    if told.units is not None and clip.units is not None and told.units != clip.units:
        yield "aus", f"the answer names {au_list(told.units)}, a row before {au_list(clip.units)} of this clip"
    for number in sorted(told.present & clip.absent):
        yield "aus", f"the answer has AU{number}, a row before says that it is not shown in this clip"
    for number in sorted(told.absent & clip.present):
        yield "aus", f"the answer denies AU{number}, a row before has it in this clip"
    clip.present |= told.present
    clip.absent |= told.absent
    units = clip.units if clip.units is not None else told.units
    if units is not None:
        looked_at = told.units is not None and clip.units is None
        present, absent = (clip.present, clip.absent) if looked_at else (told.present, told.absent)
        if strange := present - units:
            yield "aus", f"{au_list(strange)} is asked about as shown, the units of this clip are {au_list(units)}"
        if denied := absent & units:
            yield "aus", f"{au_list(denied)} is denied, the units of this clip are {au_list(units)}"
    clip.units = units


def _clip_of(view: RowView) -> str | None:
    """What a row calls its clip: the challenge by columns, our rows by their id."""
    for name in ("image_id", "video"):
        if (clip := view.label(name)) is not None:
            return f"{view.label('corpus') or ''} {clip}"
    match = _OURS.fullmatch(view.id or "")
    return match[1] if match else None
