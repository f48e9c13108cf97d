"""What its owner changed in a card stays when the card is rendered anew."""

from hypothesis import given
from hypothesis import strategies as st

from meu_data.export.about.texts import with_edits

LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "\n", "d\n"]), max_size=8).map("".join)


@given(LINES, LINES)
def test_without_edits_it_is_the_new_text(before, after):
    assert with_edits(before, before.encode(), after) == after.encode()


@given(LINES, st.binary(max_size=40) | LINES.map(str.encode))
def test_where_nothing_is_new_it_is_the_edited_text(before, edited):
    assert with_edits(before, edited, before) == edited


def test_edits_elsewhere_and_new_lines_are_both_there():
    before, after = "head\n\nold\n\nfoot\n", "head\n\nnew\n\nmore\n\nfoot\n"
    edited = before.replace("head", "Kopf") + "notes\r\n"
    assert with_edits(before, edited.encode(), after) == b"Kopf\n\nnew\n\nmore\n\nfoot\nnotes\r\n"


def test_a_line_that_both_changed_is_the_owners():
    assert with_edits("a\nb\nc\n", b"a\nmine\nc\n", "a\nnew\nc\n") == b"a\nmine\nc\n"
