"""The stream of events beside a slow and plain definition of it, on drafts, on spoilt drafts and on wild texts."""

import random
import re

import pytest

from meu_data.language import vocabulary
from meu_data.language.lexicon import events, sentences
from meu_data.language.vocabulary import chinese, english
from tests.rewards.conftest import WORDS, drafts

TOKEN = re.compile(r"[a-z]+(?:['’-][a-z]+)*[0-9]*|[,:()，：（）、]|[\u4e00-\u9fff]+")
ENGLISH = {tuple(phrase.split(" ")): event for phrase, event in english().items()}
AGENTS = vocabulary.AGENTS_EN.split()
USED = {word for phrase in ENGLISH for word in phrase} | {*vocabulary.BETWEEN, *AGENTS}
CHINESE = chinese()


def plain_sentences(text: str) -> list[str]:
    """All sentences, those that name no part of the face included."""
    unnamed = re.sub(r"au[ ._-]?[0-9]{1,2} ?[(（][^()（）]{0,80}[)）]", " ", text.lower())
    return re.split(r"[;!?\n。；！？]|\.(?=\s|$)", unnamed.replace("instead of", "rather than"))


def plain_events(sentence: str) -> list[vocabulary.Event]:
    """Token by token, and at each the longest phrase."""
    words = [token for token in TOKEN.findall(sentence) if token in USED or token >= "\u4e00"]
    found = []
    while words:
        fitting = [phrase for phrase in ENGLISH if tuple(words[: len(phrase)]) == phrase]
        size = 1
        if fitting:
            phrase = max(fitting, key=len)
            size, event = len(phrase), ENGLISH[phrase]
            if event is not None and event[0] == "part" and words[size : size + 1] and words[size] in AGENTS:
                size, event = size + 1, None
            found.append(event)
        elif words[0] >= "\u4e00":
            found += plain_chinese(words[0])
        del words[:size]
    return [event for event in found if event is not None]


def plain_chinese(run: str) -> list[vocabulary.Event | None]:
    """Sign by sign, and at each the longest word, a direction before all others."""
    found = []
    while run:
        towards = re.match(vocabulary.TOWARDS, run)
        known = [run[:size] for size in range(6, 0, -1) if run[:size] in CHINESE]
        word = towards[0] if towards else known[0] if known else run[0]
        if towards:
            signs = {"上": "up", "下": "down", "左": "left", "右": "right", "内": "in", "外": "out"}
            found.append(("way", sum({vocabulary.WAYS[signs[sign]] for sign in word if sign in signs})))
        elif known:
            found.append(CHINESE[word])
        run = run[len(word) :]
    return found


VOCABULARY = (
    *WORDS,
    *(word for phrase in english() for word in (phrase, *phrase.split(" "))),
    *CHINESE,
    *("向左", "往画面右侧上", "朝内侧", "向", "画面", "侧", "𠀀", "龥", "〇"),
    *vocabulary.BETWEEN,
    *AGENTS,
    *(
        "cat",
        "12",
        "3left",
        "left-",
        "-right",
        "a--b",
        "a1-b",
        "'up'",
        "“left”",
        "don't",
        "persons'",
        "K",
        "İ",
        "ß",
        "é",
    ),
    *(
        "\t",
        "\x1c",
        "\x85",
        "\u2028",
        "\u3000",
        "..",
        "1.5",
        "e.g.",
        "instead of",
        "AU1(",
        "au2 (up)",
        "AU1（内眉上扬）",
    ),
)


def wild(chance: random.Random) -> str:
    words = chance.choices(VOCABULARY, k=chance.randrange(1, 60))
    gaps = chance.choices(("", " ", " ", " ", ", ", ". ", "; ", "，", "。", "\n", "-", "’", "."), k=len(words))
    return "".join(word + gap for word, gap in zip(words, gaps, strict=True))


def spoilt(text: str, chance: random.Random) -> str:
    words = text.split(" ") if " " in text else list(text)
    for _ in range(chance.randrange(1, 9)):
        words[chance.randrange(len(words))] = chance.choice(VOCABULARY)
    return (" " if " " in text else "").join(words)


def check(text: str) -> int:
    """Compares one text; how many events it has."""
    expected = [found for sentence in plain_sentences(text) if (found := plain_events(sentence))]
    # The sentences without a part of the face are passed over: they cannot claim anything.
    named = [found for found in expected if any(kind == "part" for kind, _ in found)]
    found = [told for sentence in sentences(text) if (told := events(sentence))]
    assert [told for told in found if told in named] == named, text
    assert all(told in expected for told in found), text
    return sum(map(len, found))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_events_of_drafts_are_those_of_the_plain_definition(lang):
    chance = random.Random(lang)
    told = [text for text, _ in drafts(40, lang)]
    assert sum(check(text) for text in told) > 1000
    assert sum(check(spoilt(text, chance)) for text in told) > 1000


def test_events_of_wild_texts_are_those_of_the_plain_definition():
    chance = random.Random(6)
    assert sum(check(wild(chance)) for _ in range(300)) > 1000


def test_every_word_is_one_token():
    # A word that no text can be split into would never be found, or be found only by the shortcut for whole words.
    assert [word for word in (*USED, *CHINESE) if not TOKEN.fullmatch(word)] == []
    assert max(map(len, CHINESE)) <= 6
