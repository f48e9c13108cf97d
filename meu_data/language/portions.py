"""Portions of a part of the face: the inner end of a brow, the middle of a lip, the upper one of two lids."""

from functools import cache

from meu_data.language.words import Part, part

BROW = ("inner_brow", "outer_brow")
_UPPER_LIP = ("upper_lip", "middle_upper_lip")
_LOWER_LIP = ("lower_lip", "middle_lower_lip")
_LIPS = (*_UPPER_LIP, *_LOWER_LIP)

# For the parts of each group what its portions are.
_PORTIONS: tuple[tuple[tuple[str, ...], dict[str, tuple[str, ...]]], ...] = (
    (
        BROW,
        {"inner": ("inner_brow",), "outer": ("outer_brow",), "head": ("inner_brow",), "tail": ("outer_brow",)},
    ),
    (_UPPER_LIP, {"middle": ("middle_upper_lip",), "outer": ("upper_lip",)}),
    (_LOWER_LIP, {"middle": ("middle_lower_lip",), "outer": ("lower_lip",)}),
    (
        _LIPS,
        {
            "middle": ("middle_upper_lip", "middle_lower_lip"),
            "outer": ("upper_lip", "lower_lip"),
            "upper": _UPPER_LIP,
            "lower": _LOWER_LIP,
        },
    ),
    (("upper_lid", "lower_lid"), {"upper": ("upper_lid",), "lower": ("lower_lid",)}),
    (("upper_lid", "lower_lid", "eye_corner"), {"outer": ("eye_corner",)}),
    (("forehead", "middle_forehead"), {"middle": ("middle_forehead",), "outer": ("forehead",)}),
    (("cheek", "cheekbone"), {"upper": ("cheekbone",), "lower": ("cheek",)}),
    (("chin", "chin_side"), {"middle": ("chin",), "outer": ("chin_side",)}),
    (("nose_wing", "nose_tip", "nose_root"), {"outer": ("nose_wing",)}),
)


def portion(whole: Part, which: str) -> Part | None:
    """A portion of a part, or its sister; None where the part has none of this kind.

    Args:
        whole: What was named, or another portion of the same.
        which: `inner`, `outer` (its sides), `middle`, `upper`, `lower`; of a brow its `head` and `tail`.
    """
    parts = _portion(whole.parts, which)
    return None if parts is None else part(parts, whole.one)


@cache
def _portion(parts: tuple[str, ...], which: str) -> tuple[str, ...] | None:
    return next((of[which] for group, of in _PORTIONS if set(parts) <= set(group) and which in of), None)
