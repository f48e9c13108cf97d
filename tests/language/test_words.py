"""The words as data: every phrase is found, and means what its table says."""

import pytest

from meu_data.language.lexer import events, plain
from meu_data.language.words import data, listed

FIELDS = {
    "parts": "part",
    "emotions": "emotion",
    "colours": "colour",
}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("table", "kind"), FIELDS.items())
def test_every_phrase_is_one_event_of_its_kind(lang, table, kind):
    lost = []
    for key, words in data(lang)[table].items():
        if key in ("none", "word") or key.startswith("none:"):
            continue
        lost += [phrase for phrase in listed(words) if [event.kind for event in events(plain(phrase))] != [kind]]
    assert lost == []


def test_both_languages_have_the_same_tables():
    assert data("en").keys() - {"skip", "verbs", "forms"} == data("zh").keys() - {"traditional", "signs", "verdicts"}


def test_phrases_are_written_out():
    assert list(listed("{a|b} c(s), d")) == ["a c", "a cs", "b c", "b cs", "d"]


def test_traditional_signs_are_read_as_simplified_ones_and_keep_their_place():
    text = "兩側嘴角往外上方移動，強度顯著"
    assert len(plain(text)) == len(text)
    assert plain(text) == "两侧嘴角往外上方移动,强度显著"
