"""Reads a draft's prose: which AUs, emotions, regions, directions, colours and sides a piece of text names.

Only what can be told with confidence is read: a reader that guesses accuses good drafts.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple, get_args

from meu_data.choices import Language
from meu_data.face.aus import AU_NAMES
from meu_data.face.regions import COLOUR_NAMES, MIDDLE_PARTS, PAIRED_PARTS, PART_NAMES, Colour, Side

Vertical = Literal["up", "down"]

# A sentence, or a part of one that could stand alone; and within it the pieces that have one subject each.
_CLAUSE_END = re.compile(r"(?<!\d)\.(?=\s|$)|(?<=\d)\.(?=\s+[A-Z]|$)|[;!?\n。；！？]")
_PIECE_END = re.compile(
    r"[,:，：、()（）]|\b(?:and|while|whereas|but)\b(?!\s+(?:inward|outward|up|down|to the|mouth)\b)|同时|而"
)

# "AU6 and AU12", "AU6+12", "AUs 6, 12 and 25"; a bare number counts only where it cannot be anything else.
_NUMBER = r"\d{1,2}(?![\d.]*\d|\s*(?:px|pixels?|%))"
_AU = re.compile(
    rf"(?<![A-Za-z])(?P<side>[LR])?AU(?P<many>s)?[\s._-]*(?P<first>{_NUMBER})"
    rf"(?P<rest>(?:\s*[+/、]\s*{_NUMBER})*)",
    re.IGNORECASE,
)
_AU_LIST = re.compile(rf"(?<![A-Za-z])AUs\s+{_NUMBER}(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+){_NUMBER})+", re.IGNORECASE)
_BRACKETED = re.compile(
    r"(?<![A-Za-z])[LR]?AU[\s._-]*(?P<number>\d{1,2})\s*[(（](?P<name>[^()（）]*)[)）]", re.IGNORECASE
)
# English AU names of one who does something cannot be mistaken for a description of motion.
_AGENT = re.compile(r"(?:er|or|wink)$")

_NEGATION: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:no|not|none|nor|neither|never|without|instead|rather|unlike|except|absent|absence|lack\w*|exclud\w*"
        r"|ruled?|cannot|can't|isn't|aren't|doesn't|don't|nothing|hardly|barely|would|should|could|might|may|if"
        r"|expected|usual\w*|normally|typical\w*|still|coders?|coder's)\b",
        re.IGNORECASE,
    ),
    "zh": re.compile(r"不|未|无|没|非|缺|排除|而是|除了|若|如果|可能|预期|应该|应有|通常|一般|典型|编码员|静止"),
}

_HEDGES: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:no|not|none|nothing|neither|without|cannot|can't|isn't|aren't|doesn't|don't|hardly|barely|lacks?|absent"
        r"|invisible|unseen|weak|coders?|coder's|label(?:s|led|ed)?|scored?|annotat\w*)\b",
        re.IGNORECASE,
    ),
    "zh": re.compile(r"不|未|无|没|缺|难以|编码员|标注|标签"),
}

_EMOTION_WORDS: dict[str, dict[Language, str]] = {
    "anger": {"en": r"anger|angry", "zh": "愤怒|生气|恼怒"},
    "contempt": {"en": r"contempt(?:uous)?", "zh": "轻蔑|蔑视|鄙视"},
    "disgust": {"en": r"disgust(?:ed)?", "zh": "厌恶|恶心"},
    "fear": {"en": r"fear(?:ful)?|afraid", "zh": "恐惧|害怕|惊恐"},
    "happiness": {"en": r"happiness|happy|joy(?:ful)?", "zh": "高兴|快乐|开心|喜悦|愉快|愉悦|幸福"},
    "sadness": {"en": r"sadness|sad", "zh": "悲伤|伤心|难过|悲哀"},
    "surprise": {"en": r"surprised?", "zh": "惊讶|吃惊|惊奇|诧异"},
    "repression": {"en": r"repress(?:ion|ed)", "zh": "压抑"},
    "others": {"en": r"others?", "zh": "其他|其它"},
}

# Other words for the parts; a phrase that may mean several parts names them all.
_MORE_NAMES: dict[Language, dict[str, tuple[str, ...]]] = {
    "en": {
        r"(?:corners? of (?:the|both) (?:mouth|lips?)|(?:mouth|lip) corners?)": ("mouth_corner",),
        r"inner (?:eye)?brows?|inner (?:ends?|corners?|parts?) of (?:the|both) (?:eye)?brows?": ("inner_brow",),
        r"outer (?:eye)?brows?|outer (?:ends?|corners?|parts?) of (?:the|both) (?:eye)?brows?": ("outer_brow",),
        r"(?:eye)?brows?": ("inner_brow", "outer_brow", "glabella"),
        r"upper (?:eye)?lids?": ("upper_lid",),
        r"lower (?:eye)?lids?": ("lower_lid",),
        r"(?:eye)?lids?": ("upper_lid", "lower_lid"),
        r"outer (?:eye corners?|corners? of (?:the|both) eyes?)": ("eye_corner",),
        r"cheeks? below (?:the|both) eyes?|cheekbones?|upper cheeks?": ("cheekbone",),
        r"lower cheeks?": ("cheek",),
        r"cheeks?": ("cheek", "cheekbone"),
        r"wings? of the nose|nose wings?|nostrils?": ("nose_wing",),
        r"folds? beside the nose and mouth|nasolabial folds?": ("nasolabial_fold",),
        r"upper lips?": ("upper_lip", "middle_upper_lip"),
        r"lower lips?": ("lower_lip", "middle_lower_lip"),
        r"glabella": ("glabella",),
        r"(?:sides? of the )?forehead": ("forehead", "middle_forehead"),
        r"(?:sides? of the )?chin": ("chin", "chin_side"),
    },
    "zh": {
        "嘴角|口角|唇角": ("mouth_corner",),
        "眉头|内眉|眉毛内侧": ("inner_brow",),
        "眉尾|外眉|眉梢|眉毛外侧": ("outer_brow",),
        "眉毛|双眉|两眉": ("inner_brow", "outer_brow", "glabella"),
        "上眼睑|上眼皮": ("upper_lid",),
        "下眼睑|下眼皮": ("lower_lid",),
        "外眼角": ("eye_corner",),
        "颧部|颧骨": ("cheekbone",),
        "面颊下部": ("cheek",),
        "面颊|脸颊": ("cheek", "cheekbone"),
        "鼻翼": ("nose_wing",),
        "鼻唇沟|法令纹": ("nasolabial_fold",),
        "上唇中部": ("middle_upper_lip",),
        "下唇中部": ("middle_lower_lip",),
        "上唇": ("upper_lip", "middle_upper_lip"),
        "下唇": ("lower_lip", "middle_lower_lip"),
        "额头中部": ("middle_forehead",),
        "额头|前额|额侧": ("forehead", "middle_forehead"),
        "下巴|颏部": ("chin", "chin_side"),
    },
}

_VERTICAL: dict[Language, dict[Vertical, str]] = {
    "en": {
        "up": r"upwards?|(?:mov\w+|pull\w*|driven|shift\w*|go\w*)\s+(?:\w+ly\s+|a little\s+)?up"
        r"|ris(?:e|es|ing)|lift(?:s|ed|ing)?|raised?|raises|raising",
        "down": r"downwards?|(?:mov\w+|pull\w*|driven|shift\w*|go\w*)\s+(?:\w+ly\s+|a little\s+)?down"
        r"|drop(?:s|ped|ping)?|sink(?:s|ing)?|lowers|lowered|lowering|falls?|falling",
    },
    "zh": {
        "up": "向[内外左右]?[侧]?上|上移|上提|上扬|上抬|抬高|上升",
        "down": "向[内外左右]?[侧]?下|下移|下压|下拉|下降|下垂|下沉",
    },
}
_SIDE_WORDS: dict[Language, dict[Side, str]] = {
    "en": {side: rf"{side}(?:[- ]hand)?" for side in get_args(Side)},
    "zh": {"left": "左", "right": "右"},
}
# Words that say the person's side is meant, or that a motion is named only for comparison.
_PERSONS: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"\b(?:persons?'?s?|subjects?'?s?|his|her|their|own|anatomical\w*)\b", re.IGNORECASE),
    "zh": re.compile(r"被摄者|受试者|人物|本人|其左|其右|自身"),
}


class Mention(NamedTuple):
    """A part of the face that a text names: the parts it may mean, the words, and the side if one is given."""

    parts: tuple[str, ...]
    words: str
    side: Side | None


def clauses(text: str) -> list[str]:
    """The sentences of a text, split at semicolons too."""
    return [clause.strip() for clause in _CLAUSE_END.split(text) if clause.strip()]


def pieces(clause: str) -> list[str]:
    """A clause cut where a new subject may begin."""
    return [piece.strip() for piece in _PIECE_END.split(clause) if piece.strip()]


def negated(clause: str, lang: Language) -> bool:
    """Whether a clause denies, supposes or compares, so that what it names need not be there."""
    return bool(_NEGATION[lang].search(clause))


def hedged(clause: str, lang: Language) -> bool:
    """Whether a clause says that something is not seen, or that it rests on the label."""
    return bool(_HEDGES[lang].search(clause))


def about_the_person(clause: str, lang: Language) -> bool:
    """Whether sides in a clause may be the person's instead of the picture's."""
    return bool(_PERSONS[lang].search(clause))


def named_aus(text: str) -> list[tuple[int, str | None]]:
    """The AUs a text names by number, each with the side written into its code (`LAU12`), in order, once."""
    found: dict[tuple[int, str | None], None] = {}
    for match in _AU.finditer(text):
        side = match["side"].upper() if match["side"] else None
        found[int(match["first"]), side] = None
        found |= {(int(number), None): None for number in re.findall(r"\d+", match["rest"])}
    for match in _AU_LIST.finditer(text):
        found |= {(int(number), None): None for number in re.findall(r"\d+", match[0])}
    return list(found)


def misnamed_aus(text: str, lang: Language) -> Iterator[tuple[int, str, int]]:
    """AU numbers that stand beside the name of another AU: (number, name, the name's own number)."""
    names = _au_names(lang)
    for match in _BRACKETED.finditer(text):
        said = match["name"].strip().lower()
        name = next((name for name in names if re.match(rf"{re.escape(name)}(?![a-z])", said)), None)
        number = int(match["number"])
        if name is not None and names[name] != number and AU_NAMES.get(number, {}).get(lang) != said:
            yield number, name, names[name]


def agent_names(text: str) -> list[int]:
    """The AUs that an English text names by a name such as "brow lowerer", with or without their number."""
    names = {name: number for name, number in _au_names("en").items() if _AGENT.search(name)}
    pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, names)) + r")\b")
    return list(dict.fromkeys(names[found] for found in pattern.findall(text.lower())))


def named_emotions(text: str, lang: Language) -> list[str]:
    """The emotions a text names, in order, once; "other" counts only where it must be the label."""
    found = {}
    for emotion, words in _EMOTION_WORDS.items():
        match = re.search(rf"\b(?:{words['en']})\b" if lang == "en" else words["zh"], text, re.IGNORECASE)
        if match:
            found[emotion] = match.start()
    return sorted(found, key=lambda emotion: found[emotion])


def left_open(text: str, lang: Language) -> bool:
    """Whether a text leaves the choice between two emotions."""
    words = "|".join(forms[lang] for forms in _EMOTION_WORDS.values())
    either = (
        rf"\b(?:{words})\s*,?\s+or\s+(?:\w+\s+)?(?:{words})\b" if lang == "en" else rf"(?:{words})”?或者?“?(?:{words})"
    )
    return bool(re.search(either, text, re.IGNORECASE))


def without_au_names(text: str, lang: Language) -> str:
    """The text less the AUs with their names, which hold words for parts of the face and motions."""
    bare = _BRACKETED.sub(" ", text)
    if lang == "en":
        names = "|".join(re.escape(name) for name in _au_names("en") if " " in name)
        bare = re.sub(rf"\b(?:{names})\b", " ", bare, flags=re.IGNORECASE)
    return bare


def mentions(piece: str, lang: Language) -> list[Mention]:
    """The parts of the face a piece names, in order."""
    found = []
    for match in _PARTS[lang].finditer(piece):
        said = match[0].lower()
        parts = next(parts for pattern, parts in _PART_PATTERNS[lang] if pattern.fullmatch(said))
        found.append(Mention(parts, match[0], _side(piece, match, lang) if set(parts) & set(PAIRED_PARTS) else None))
    return found


def side_of(piece: str, lang: Language) -> Side | None:
    """The one side a piece that names no part speaks of: "blue on the left"."""
    words = {side: rf"\bon the {side}\b" if lang == "en" else f"{_SIDE_WORDS[lang][side]}侧" for side in get_args(Side)}
    found: list[Side] = [side for side, pattern in words.items() if re.search(pattern, piece, re.IGNORECASE)]
    return found[0] if len(found) == 1 else None


def verticals(piece: str, lang: Language) -> set[Vertical]:
    """Whether a piece speaks of motion up, down, both or neither."""
    bare = _PARTS[lang].sub(" ", piece)
    # In Chinese the verb follows the part without a gap, and the part's own 上 or 下 must not be read as a verb.
    return {
        way
        for way, words in _VERTICAL[lang].items()
        if re.search(rf"\b(?:{words})\b" if lang == "en" else words, bare, re.IGNORECASE)
    }


def colours(text: str, lang: Language) -> set[Colour]:
    """The colours of the legend that a text names."""
    names = {COLOUR_NAMES[colour][lang]: colour for colour in get_args(Colour) if colour != "none"}
    words = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    # "bluish", "dark green" and compounds such as "red-orange" are no names of the legend.
    pattern = rf"(?<![\w-])(?:{words})(?![\w-])" if lang == "en" else words
    return {names[name.lower()] for name in re.findall(pattern, text, re.IGNORECASE)}


def _side(piece: str, match: re.Match[str], lang: Language) -> Side | None:
    """The side said of a part: just before it, or as "on the left" in a piece that names no other part."""
    before, after = piece[: match.start()], piece[match.end() :]
    sides: set[Side] = set()
    for side, word in _SIDE_WORDS[lang].items():
        if lang == "zh":
            if re.search(rf"{word}[侧边]?(?:的)?$", before) or re.match(rf"{word}侧", after):
                sides.add(side)
        elif re.search(rf"\b{word}\s+(?:side of the\s+)?$", before, re.IGNORECASE) or (
            len(_PARTS[lang].findall(piece)) == 1 and re.search(rf"\bon the {word}\b", after, re.IGNORECASE)
        ):
            sides.add(side)
    return sides.pop() if len(sides) == 1 else None


def _au_names(lang: Language) -> Mapping[str, int]:
    """AU numbers by name, longer names first."""
    names = {forms[lang].lower(): number for number, forms in AU_NAMES.items()}
    return {name: names[name] for name in sorted(names, key=len, reverse=True)}


def _part_patterns(lang: Language) -> list[tuple[re.Pattern[str], tuple[str, ...]]]:
    own: dict[str, tuple[str, ...]] = {
        re.escape(PART_NAMES[part][lang]): (part,) for part in (*MIDDLE_PARTS, *PAIRED_PARTS) if part != "chin"
    }
    return [(re.compile(pattern, re.IGNORECASE), parts) for pattern, parts in (own | _MORE_NAMES[lang]).items()]


_PART_PATTERNS: dict[Language, list[tuple[re.Pattern[str], tuple[str, ...]]]] = {
    lang: _part_patterns(lang) for lang in get_args(Language)
}
_PARTS: dict[Language, re.Pattern[str]] = {
    lang: re.compile(
        (r"\b(?:{})\b" if lang == "en" else "(?:{})").format("|".join(pattern.pattern for pattern, _ in patterns)),
        re.IGNORECASE,
    )
    for lang, patterns in _PART_PATTERNS.items()
}
