"""Rows that are larger than any row of a set: the rules would be at them for minutes."""

from meu_data.export.formats.row_view import RowView
from meu_data.language.reader import LONGEST_REMEMBERED

# So that the rules read a text once between them. The longest answers are a fifth of that.
LONGEST_PROSE = LONGEST_REMEMBERED
# The longest conversation of ours, with all its tools written out, has 20,000 characters.
_LONGEST = 131_072
_MOST_TURNS, _MOST_PICTURES = 1024, 256


def oversized(view: RowView) -> str:
    """Why a row is not looked into; empty where it is."""
    counted = (
        (len(view.turns), _MOST_TURNS, "turns"),
        (len(view.pictures), _MOST_PICTURES, "pictures"),
        (len(view.target or ""), LONGEST_PROSE, "characters of answer"),
        (sum(len(turn.text) for turn in view.turns), _LONGEST, "characters"),
        (max((len(one) for one in view.labels.values() if isinstance(one, list | str)), default=0), _LONGEST, "items"),
    )
    for count, most, what in counted:
        if count > most:
            return f"there are {count} {what} in it, more than {most}, which no row needs; it is not looked into"
    return ""
