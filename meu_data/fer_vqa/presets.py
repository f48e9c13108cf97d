"""The sets of facial expressions: how each spells its labels, and what the codes of its tables mean."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from meu_data.errors import MeuError, NotationError

# Words for one expression, as the sets' tables, folders and people write them.
_SAME = (
    {"anger", "angry"},
    {"contempt", "contemptuous"},
    {"disgust", "disgusted"},
    {"fear", "fearful", "afraid"},
    {"happiness", "happy"},
    {"neutral", "neutrality"},
    {"sadness", "sad"},
    {"surprise", "surprised"},
)


class Preset(NamedTuple):
    """A set: its labels in the order of its question, its codes, and the codes that stand for no expression."""

    name: str
    labels: tuple[str, ...]
    codes: Mapping[str, str] = {}
    unlabelled: Mapping[str, str] = {}
    synonyms: bool = True

    def label(self, text: str) -> str | None:
        """Reads a label, in any case, or a code.

        Args:
            text: A cell of a table or the name of a folder.

        Returns:
            The label as the set spells it; None for a code that stands for no expression, see `why_unlabelled`.

        Raises:
            NotationError: It is neither.
        """
        word = _plain(text)
        if word in self.unlabelled:
            return None
        if word in self.codes:
            return self.codes[word]
        # The set's own words come first: a list of the user's may hold both `happy` and `happiness`.
        for label in self.labels:
            if word == _plain(label):
                return label
        for label in self.labels:
            if self.synonyms and any({word, label} <= words for words in _SAME):
                return label
        codes = f" or a code ({', '.join(self.codes)})" if self.codes else ""
        raise NotationError(f"{text.strip()!r} is no label of {self.name}: {', '.join(self.labels)}{codes}")

    def why_unlabelled(self, text: str) -> str:
        """What a code says that stands for no expression."""
        return self.unlabelled[_plain(text)]


def _plain(text: str) -> str:
    """Without case, stray blanks and the `.0` that spreadsheets put behind numbers."""
    word = " ".join(text.split()).casefold()
    number, point, zeros = word.partition(".")
    return number if point and number.isdecimal() and not zeros.strip("0") else word


def _numbered(labels: Iterable[str], first: int) -> dict[str, str]:
    return {str(number): label for number, label in enumerate(labels, start=first)}


# The numbers of list_patition_label.txt (Li, Deng & Du 2017, RAF-DB; its readme).
_RAFDB = ("surprise", "fear", "disgust", "happiness", "sadness", "anger", "neutral")
# The numbers of AffectNet's tables (Mollahosseini, Hasani & Mahoor 2017), and those behind the eight expressions.
_AFFECTNET = ("neutral", "happiness", "sadness", "surprise", "fear", "disgust", "anger", "contempt")
_AFFECTNET_OTHERS = {"8": "no expression of the list", "9": "an uncertain expression", "10": "no face"}

# Labels, their spelling and their order are those of FERBench (github.com/zfkarl/UniFER, eval_*/data/*_qa.json), one
# list a set: a model is scored on the exact word.
PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset("rafdb", _RAFDB, _numbered(_RAFDB, 1)),
        Preset("ferplus", ("angry", "contempt", "disgust", "fear", "happy", "neutral", "sad", "surprise")),
        Preset("affectnet", _AFFECTNET, _numbered(_AFFECTNET, 0), _AFFECTNET_OTHERS),
        Preset("sfew", ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")),
    )
}
CUSTOM = "custom"


def choose_preset(name: str, labels: str | None) -> Preset | None:
    """The set of a name, or one of the user's own.

    Args:
        name: A key of `PRESETS`, or `custom`.
        labels: The labels of a custom set, in the order of its question, with commas between them.

    Returns:
        The set; None for a custom one whose labels are still to be read from the names of folders.

    Raises:
        MeuError: There is no such set, or the labels do not fit.
    """
    if name in PRESETS:
        if labels is not None:
            raise MeuError(f"--labels is for --preset {CUSTOM}; {name} has its own")
        return PRESETS[name]
    if name != CUSTOM:
        raise MeuError(f"there is no preset {name!r}; choose from: {', '.join((*PRESETS, CUSTOM))}")
    return custom(labels.split(",")) if labels is not None else None


def custom(labels: Iterable[str]) -> Preset:
    """A set with labels of its own, spelled as given and read only so.

    Raises:
        MeuError: There are fewer than two, one is empty or cannot stand in a question, or two are the same.
    """
    words = tuple(" ".join(label.split()) for label in labels)
    if len(words) < 2 or not all(words):
        raise MeuError(f"a set needs at least two labels with commas between them, not {', '.join(words)!r}")
    if len({_plain(word) for word in words}) < len(words):
        raise MeuError(f"a label stands twice in {', '.join(words)}")
    # A < or > would end the <answer> it stands in, a comma would make two labels of it in the question.
    if wrong := [word for word in words if set(word) & set("<>,") or not word.isprintable()]:
        raise MeuError(f"the label {wrong[0]!a} cannot stand in a question; leave out <, > and commas")
    return Preset(CUSTOM, words, synonyms=False)
