"""A text that carries its own hash shows whether somebody has changed it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meu_data.review.screen.authorship import is_as_written, signed

WRITTEN = signed('<View className="meu"><Header value="a"/></View>', 'className="meu')


@given(st.text(), st.text())
def test_what_was_signed_is_as_written(before: str, behind: str) -> None:
    assert is_as_written(signed(f'{before} class="meu" {behind}', 'class="meu'))


@pytest.mark.parametrize(
    "text",
    ["", "<View/>", WRITTEN + " ", WRITTEN.replace('"a"', '"b"'), WRITTEN.replace("meu-made-", "meu-made-0")],
    ids=["nothing", "no signature", "a blank more", "a word", "the signature"],
)
def test_a_changed_text_is_not_as_written(text: str) -> None:
    assert not is_as_written(text)
