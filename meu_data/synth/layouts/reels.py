"""The few expressions that all layouts show: painted once, and shown again at whatever numbers a sheet gives."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from meu_data.face.au_notation import parse_aus
from meu_data.synth.clip import ClipPainter
from meu_data.synth.layouts.layout import Act, Shown
from meu_data.synth.plan import plan_clip
from meu_data.synth.portrait import Subject, SubjectMaker

# AUs and the strongest motion of each, px of a 640x480 frame: clear, and no larger than a micro-expression's.
_ACTS: dict[Act, tuple[str, float]] = {"smile": ("12", 3.0), "frown": ("4", 3.0), "brows": ("1+2", 2.5)}
# Of every reel: it rests before the first of these, is at its height at the second, is over at the third.
_ONSET, _APEX, _OFFSET = 2, 10, 18
_REST = 2


class Reels:
    """One face doing each of the acts."""

    def __init__(self, model: Path, seed: int, size: tuple[int, int]) -> None:
        """Takes down what to paint; it is painted when it is asked for.

        Args:
            model: dlib's landmark model.
            seed: Another seed, another face.
            size: Width and height of the frames, px.
        """
        self._model, self._seed, self._size = model, seed, size
        self._painted: dict[Act, list[NDArray[np.uint8]]] = {}

    @cached_property
    def _face(self) -> Subject:
        return SubjectMaker(self._model).make(self._seed, 0, self._size)

    def picture(self, number: int, shown: Sequence[Shown]) -> tuple[Act, int]:
        """Which picture of which reel a frame is.

        Args:
            number: Of the frame.
            shown: What happens in the recording; at least one act.
        """
        for act, onset, apex, offset in shown:
            if onset <= number <= offset:
                if number <= apex:
                    return act, _ONSET + round((number - onset) / max(apex - onset, 1) * (_APEX - _ONSET))
                return act, _APEX + round((number - apex) / (offset - apex) * (_OFFSET - _APEX))
        return shown[0].act, number % _REST

    def pixels(self, act: Act, place: int) -> NDArray[np.uint8]:
        """A picture of a reel: uint8 (H, W, 3), BGR."""
        if act not in self._painted:
            notation, strength = _ACTS[act]
            aus = parse_aus(notation)
            plan = plan_clip(self._seed, 0, list(_ACTS).index(act), len(_ACTS))._replace(
                aus=aus,
                strengths=(strength,) * len(aus),
                onset=_ONSET,
                apex=_APEX,
                offset=_OFFSET,
                frames=_OFFSET + 1,
                blink=None,
            )
            self._painted[act] = list(ClipPainter(plan, self._face, self._seed).frames())
        return self._painted[act][place]
