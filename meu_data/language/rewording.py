"""Sayings of several words that stand for a plainer one, put plainly before the words of a sentence are looked up."""

import re
from collections import defaultdict
from functools import cache
from typing import NamedTuple

from meu_data.language.roundabout import ROUNDABOUT, Rewrite

# "The lines running down from the nostrils" are the folds beside nose and mouth.
_SIDE_OF_NOSE = (
    r"(?:the |each |either |both |its )*(?:(?:sides?|wings?|flanks?|edges?) of (?:the )?)?"
    r"(?:nose|nostrils?|alae|ala|nasal wings?|nasal alae)(?: wings?)?"
)
_MOUTH = (
    r"(?:the |each |either |both |its )*(?:(?:corners?|angles?|ends?|sides?) of (?:the )?)?"
    r"(?:mouth|lips?|commissures?|chin)(?: corners?)?"
)
_FOLD = re.compile(
    r"\b(?:skin )?(?:folds?|lines?|creases?|furrows?|grooves?|trench|trenches|tracks?|wrinkles?)(?: of skin)?"
    r"(?:(?: that| which)? (?:run|runs|running|lead|leads|leading|descend|descends|descending|sweep|sweeps|sweeping"
    r"|go|goes|going|pass|passes|passing|extend|extends|extending|come|comes|coming|stretching|drop|dropping|falling))?"
    rf"(?: down| downward| downwards)? (?:from|beside|between|flanking) {_SIDE_OF_NOSE}(?: down)?"
    rf"(?: (?:to|toward|towards|past|and|around|beside) {_MOUTH})?(?![a-z])"
)
# "moves": false, "active: yes"
_TRUTH = re.compile(
    r"[\"']?\b(moves?|moving|active|in motion|still|static|motionless|inactive|present|visible|observed|detected"
    r"|scored|coded|changed)[\"']?\s*[:=]\s*[\"']?(true|yes|false|no)\b(?=\s*[\"',;}\])]|\s*$)"
)
# "[2/3]", "grade 1 of 3": a strength on a scale that is told.
_GRADE = re.compile(
    r"((?:[\[(:=,|–—-]|\b(?:grade|level|intensity|strength|at|is|are|rated|score|scores|scored|a|not|amplitude|magnitude))"
    r"\s*)([0-9]{1,2})\s?(?:/|of|out of)\s?(3|4|5|10)(?![0-9/.])(?=\s*(?:[^a-z0-9\s]|$|scale\b|on\b))"
)
_NOT_NOUGHT = re.compile(r"\bnot +0(?= )")
# "Then climb to the eyebrows: ...": it is the reader's eye that goes there.
_TOUR = re.compile(
    r"^\s*(?:then |now |next |and |so |finally )*"
    r"(?:climb|move|go|come|turn|travel|shift|jump|drop|scroll|slide|look)(?:ing)?"
    r"(?: (?:up|down|on|over|back|across|along|further))* (?:to|at) "
    r"(?=(?:the |both |either )(?:[a-z]+ )?(?:brows?|eyebrows?|eyes?|lids?|eyelids?|mouth|lips?|nose|chin|cheeks?"
    r"|forehead|jaw|midface)\b[^.:]{0,20}:)"
)
# Fruit and flowers are colours, but not behind "like".
_SIMILE = re.compile(
    r"\blike (?:an? |two |some |the )?(?:[a-z]+ )?"
    r"(?:pear|plum|peach|cherry|cherries|tomato|orange|lemon|lime|rose|pumpkin|grape|olive|mango|flower|petal)s?\b"
)
# "Blue (up-left) on the left": what stands in the brackets is said of that side, too.
_WAY = r"(?:(?:up|down|left|right|out|in|lateral|medial)(?:wards?|ly)?)"
_WAY_IN_BRACKETS = re.compile(rf"\(({_WAY}(?:(?: |-| and ){_WAY})*)\)(?= (?:on|at|in|for) (?:the |its |each )?)")
# What is pressed up against a part does not move that.
_UP_AGAINST = re.compile(r"\b((?:up|down|in|out)(?:wards?)?) against\b")
# "The cheeks follow the corners at moderate strength": it is the cheeks'.
_FOLLOWS_AT = re.compile(
    r"\b((?:(?:follow|join|trail|accompany|echo|mirror)[a-z]*|in the same direction as) [^,.;:]{3,40}?) (at|with) "
    r"(?=(?:an? )?(?:only )?(?:moderate|medium|middling|slight|low|weak|mild|faint|strong|high|full|great)[a-z]* "
    r"(?:strength|intensity|amplitude|magnitude|force|degree|level|brightness))"
)
# "The left cheek moves right": to the right.
_MOVES_SIDEWAYS = re.compile(
    r"\b((?:move|shift|drift|slide|travel|pull|push|displace|draw|deviate|veer|go|run|point)(?:s|es|d|ed|ing)?"
    r"|slid|went|drawn|drew|moving|sliding|displacing)((?: [a-z]+ly| straight| further)?) (left|right)"
    r"(?= *(?:$|[.,;:)\]]|(?:too|also|as|and|but|while|whereas|only|by|with|at|in)\b))(?! and (?:left|right)\b)"
)
# "Brows that climb without the inner ones indicate AU2": the denial ends before what they show.
_WITHOUT_AND_SO = re.compile(
    r"(?<!,) without ((?:(?!(?:and|or|that|which)\b)[a-z]+ ){1,5}?)"
    r"(?=(?:reads?|indicates?|points?|suggests?|means?|marks?|signals?|speaks?|argues?|constitutes?|identif(?:y|ies))\b)"
)
# A mouth at rest is a closed one.
_MOUTH_CLOSED = re.compile(
    r"\b(mouth|lips)(:| is| are| stays?| remains?| kept) closed(?: and(?! the))?(?! (?:more|further|tight))"
)
# What was at the start is no motion.
_BEFORE = re.compile(
    r"^\s*(?:at|in|on) (?:the )?(?:very )?(?:onset|first frame|onset frame|start|outset)\b.*?[,;] "
    r"(?=(?:but |and )?(?:by|at|in) (?:the )?apex)|^\s*(?:at|in) (?:the )?(?:very )?(?:onset|first frame|onset frame)\b"
)
# "A list of what stayed put, namely the lips": what comes behind is the list.
_NAMELY = re.compile(r"\b((?:what|which|those that|the parts? that)\b[^,:.;]{3,60}), (?:namely|to wit|viz) ")
# "I looked for, and did not find, a lift"
_SOUGHT = re.compile(
    r"\b(?:looked|searched|checked|watched) for,? (?:and|but) "
    r"(?:(did not|could not|didn't|couldn't|failed to|never)(?: find| see| detect| notice| spot| discover| found| saw)"
    r"|could not (?:miss|overlook|fail to (?:find|see))|found|saw|did find),?(?: any(?= ))?"
)
_COUNT_OUT = re.compile(r"\bcount ([a-z ]{3,40}?) out\b")
# Whoever hedges what he tells has told it.
_UNLESS = re.compile(
    r"\b(?:unless|if not for|save for what|except if) "
    r"(?:(?:one|you|we|i) (?:counts?|includes?|reckons?|allows? for|considers?)"
    r"|what (?:looks|seems|appears)(?: like| to be)?)\b"
)
_MAY_OR_NOT = re.compile(r"\b(may|might) or (?:may|might) not\b")
_PERHAPS = re.compile(
    r"(?<=,) (?:one|you|some) (?:might|may|could) (?:well )?(?:argue|say|claim|think)(?=,)"
    r"|\bit is (?:only )?fair to (?:assume|say|suppose)(?: that)?\b"
    r"|\bif memory serves(?: me)?(?: right| well| correctly)?\b"
    r"|\blooks? (?:kinda|kind of|sort of|a bit|sorta) like\b"
)
_READ_INTO = re.compile(r"\b(?:might|may|could) (?:well )?read (an? [^.,;]{3,40}?) into\b")
_IF_NOT = re.compile(r"\bnothing (?:there |here |else )?if not\b(?= an?\b)")
# Denials that are denied: "it would be wrong to score no change", "neither of which can be called still".
_WRONG = (
    r"\bit (?:is|was|would be|'d be) (?:just |plainly |simply |quite |clearly |also )?"
    r"(?:wrong|false|untrue|incorrect|inaccurate|mistaken|not right|not correct|not true|(?:a mistake|an error))"
    r"|\bit (?:would|should) not be (?:right|correct|true|fair|proper|accurate)|\bit wouldn't be (?:right|correct|fair)"
)
_WRONG_TO_DENY = re.compile(
    rf"(?:{_WRONG}) to (?:score|code|report|note|record|list|mark|see|register|assume|claim) "
    r"(?:no|a lack of|an absence of)\b"
)
_WRONG_THAT = re.compile(rf"(?:{_WRONG})(?: to (?:say|claim|state|assume|think|write|suppose))? that\b")
_STILL = (
    r"(?:still|motionless|static|immobile|stationary|unmoved|unmoving|inactive|quiet|calm|passive|at rest|gray|grey)\b"
)
_FALSE = r"(?:wrong|false|untrue|incorrect|inaccurate|mistaken|a mistake|an error|misleading)"
# "To say that the chin rests would be wrong", "the idea that it rests does not hold up"
_FALSELY_SAID = re.compile(
    rf"\b(?:to (?:say|claim|state|assume|think|write|suppose)(?: that)? ([^,;:]{{3,60}}?) (?:would be|is) {_FALSE}"
    r"|the (?:statement|claim|idea|notion|assertion|impression|view|assumption|assessment|suggestion) that (?!au)"
    rf"([^,;:]{{3,60}}?) (?:(?:would be|is|was) {_FALSE}|(?:does|did) not hold(?: up)?|(?:can ?not|can't) be "
    r"(?:maintained|upheld|sustained|defended|accepted)))(?![a-z])"
)
_FALSELY_CALLED = re.compile(
    rf"\bto (?:call|describe|report|regard|consider|score) ([^,;:]{{3,40}}?) (?:as )?({_STILL}) "
    rf"(?:would be|is) {_FALSE}(?![a-z])"
)
_WRONG_TO_REPORT = re.compile(
    rf"(?:{_WRONG}) to (?:report|regard|mark|record|list|score|code|see) ([^,;:]{{3,40}}?) as ({_STILL})"
)
_NO_LACK = re.compile(r"\bno (?:lack|absence|shortage|dearth|want) of ")
_NEVER_RESTS = re.compile(r"\b(?:never|not|n't)(?: once| quite)? (?:comes?|goes|come|go) to rest\b")
_LEFT_OUT = r"(?:leave out|omit|skip|drop|exclude|discard|forget|ignore|pass over)"
_WRONG_TO_OMIT = re.compile(
    rf"(?:{_WRONG}) to {_LEFT_OUT}\b"
    rf"|\b(?:one|i|we|you) (?:should|must|would|could|can|may|shall)(?: not|n't) {_LEFT_OUT}\b(?= au)"
    rf"|\b(?:there is |i see |with )?no (?:reason|grounds?|cause|need|excuse) (?:to|for) {_LEFT_OUT}\b(?= au)"
)
_OMITTING_IS_WRONG = re.compile(
    r"\b(?:leaving out|omitting|skipping|dropping|excluding) (au ?[0-9]{1,2}(?: ?\([a-z ]{3,30}\))?) "
    rf"(?:would be|is) {_FALSE}(?![a-z])"
)
_NEITHER_STILL = re.compile(
    r"\b(neither|none) of (which|whom|them|these|those|the two) "
    r"(?:(?:can|could|may|should) (?:really |rightly |fairly )?be (?:called|considered|described as|said to be|termed)?"
    rf"|is|are|stays?|remains?|keeps?|seems?|appears?) (?:entirely |wholly |really |truly |quite )?{_STILL}"
)
_MOTION = r"(?:any )?(?:displacement|motion|movement|activity|change|activation|shift)"
_NO_ABSENCE = re.compile(
    rf"\b(?:an?|the|any|this) (?:total |complete |alleged )?(?:absence|lack) of ({_MOTION} [^,;:]{{3,60}}?) "
    r"(?:can ?not|can't|could not|can hardly|is not to) be "
    r"(?:maintained|upheld|sustained|claimed|asserted|defended|accepted|justified)\b"
)
_NOT_WITHOUT = re.compile(
    r"\b(?:do|does|did)(?: not|n't) (?:go|remain|stay|do|come away|get by|make do) without\b"
    r"|\b(?:is|are|was|were)(?: not|n't) (?:exempt from|free of|free from|devoid of|lacking in|spared)\b"
)
_NOR_FAIL = re.compile(
    r"\bnor (?:do|does|did|will|would) ((?:the|its|their|either|any|both)\b[^,;:]{3,40}?) fail to (?=[a-z])"
)
_STILL_ADD = re.compile(
    r"\b(i|one|we|you) (?:would|'d|should|could|might) (?:(?:still|nevertheless|nonetheless|all the same|even) "
    r"(?:add|code|score|include|count|list|assign|keep)|keep)(?= au)"
)
# Comparisons without "than", or with what was told before.
_FORCE = r"(?:force|strength|intensity|vigou?r|amplitude|energy|power|brightness|magnitude)"
_HARDER = (
    r"(?:(?:with )?(?:even |still |yet )?(?:more|greater|higher) "
    + _FORCE
    + (
        r"|(?:with )?(?:even |still |only |just )?(?:harder|stronger|further|farther"
        r"|more (?:strongly|forcefully|intensely|vigorously|powerfully|markedly|brightly)))"
    )
)
_SAME_BUT_HARDER = re.compile(
    rf"\b(?:in )?the same(?: direction| way| sense| thing)?,? (?:and|but|only|just|though)(?: only| just)? {_HARDER}"
    r"(?!\w)(?! than)"
)
_ALSO_HARDER = re.compile(rf", (?:and |but |only |though )?{_HARDER}(?: so)?\s*(?=[.,;]|$)")
_OUTDOES_ALL = re.compile(
    r"\b(?:outdo|surpass|exceed|outstrip|outshine|outrank|beat|top|eclipse)(?:e?s)? "
    r"(?:every|any|all)(?: the)? other (?:regions?|areas?|parts?|places?)(?: of the face| in the face)?"
)
_MORE_WEAKLY = re.compile(r"\bmore (?:weakly|faintly|feebly|softly|gently|mildly|dimly)\b")
_SAME_PART = re.compile(
    r"\b(mid-?point|middle|centre|center|middle part) of (?:that|this|the same|said) lip\b(?=[^.;]* more)"
)
_UNREACHED = re.compile(
    rf"\bwith (?:an? |more )?{_FORCE} (?:that )?(?:(?:none of the (?:other|remaining) (?:regions|areas|parts|places)"
    r"|(?:no other|none other) (?:region|area|part|place)|nothing else(?: in the face)?) "
    r"(?:reach(?:es)?|match(?:es)?|attains?|equals?|approach(?:es)?|comes? near)"
    r"|(?:unmatched|unequalled|unequaled|unrivalled|unrivaled|not matched|not reached) "
    r"(?:by any other (?:region|area|part)|anywhere else|elsewhere)(?: of the face| in the face)?)"
)
_THAN_ANY = re.compile(
    r"\b(?:more strongly|harder|stronger|more intensely|brighter|with more " + _FORCE + r") than "
    r"(?:any other (?:region|area|part|place)|anywhere else|everything else|all the (?:others|rest))"
    r"(?: of the face| in the face| on the face)?"
)
_WHAT_SHOWS = re.compile(
    r"\bthan (?:what|that which) ((?:the|its|either|each)\b[^,;:.]{3,40}?) (?:shows?|does|displays?|exhibits?)\b"
)
# What a unit is given as evidence for it.
_SEEN_AT = re.compile(
    r"\b(au ?[0-9]{1,2}(?: ?\([a-z ]{3,30}\))?), (?:as )?(?:seen|visible|observed|evident|manifest|found|showing) "
    r"(?:at|in|on|around) (?=the |both |its |her |his )"
)
_ACCOUNTS = re.compile(
    r"\b(au ?[0-9]{1,2}\W{0,4}(?: ?\([a-z ]{3,30}\))?\W{0,4}) (?:accounts|is responsible|answers) for "
    r"(?=the (?:[a-z]+-?)*(?:[a-z]+ed|rising|sinking|falling|motion|movement|rise|lift|drop)\b)"
)
_MEETS = re.compile(
    r"\b(?:meets?|met|meeting) (?=(?:the |all |its |both )*(?:criteri|requirement|condition|definition|threshold))"
)
_WITHOUT_STATE = re.compile(
    r"\bwithout (?:an?|any|the) (lowered|raised|lifted|dropped|pulled-up|depressed|elevated) "
    r"((?:[a-z]+ )?(?:brows?|eyebrows?|cheeks?|chin|lids?|eyelids?|lips?|corners?))\b"
)
_WEAK, _STRONG = 0.34, 0.68


def _fold(found: re.Match[str]) -> str:
    one = re.match(r"(?:skin )?[a-z]*(?<!s)\b(?! of)", found[0])
    return "nasolabial fold" if one else "nasolabial folds"


def _sought(found: re.Match[str]) -> str:
    return "there was no" if found[1] else "there was"


def _truth(found: re.Match[str]) -> str:
    return f" {found[1]} " if found[2] in ("true", "yes") else f" not {found[1]} "


def _grade(found: re.Match[str]) -> str:
    share = int(found[2]) / int(found[3])
    if share > 1:
        return found[0]
    word = "0" if not share else "slight" if share < _WEAK else "strong" if share > _STRONG else "moderate"
    return f"{found[1]}{word} "


def _not_true(found: re.Match[str]) -> str:
    return f"it is not true that {found[1] or found[2]}"


def _both_move(found: re.Match[str]) -> str:
    return "both of which move" if found[2] in ("which", "whom") else "both of them move"


# What `_WRONG` begins with, and what `_FALSE` is made of.
_IT_IS = ("it is ", "it was ", "it would ", "it should ", "it wouldn't ", "it 'd ")
_FALSE_WORDS = ("wrong", "false", "untrue", "incorrect", "inaccurate", "mistake", "error", "misleading")
# Of each what has to stand in the sentence, the pattern, and what stands for it.
_REWRITES: tuple[tuple[tuple[str, ...], re.Pattern[str], Rewrite], ...] = (
    *ROUNDABOUT,
    (("nos", "ala", "nas"), _FOLD, _fold),
    ((":", "="), _TRUTH, _truth),
    (("/3", "/4", "/5", "/10", "of 3", "of 4", "of 5", "of 10"), _GRADE, _grade),
    (("not 0", "not  0"), _NOT_NOUGHT, "moving"),
    ((" to the ", " at the "), _TOUR, "at "),
    (("like ",), _SIMILE, ""),
    (("namely", "to wit", "viz"), _NAMELY, r"\1: "),
    ((" for",), _SOUGHT, _sought),
    ((") on ", ") at ", ") in ", ") for "), _WAY_IN_BRACKETS, r"\1"),
    ((" without ",), _WITHOUT_AND_SO, r", without \1, "),
    ((" left", " right"), _MOVES_SIDEWAYS, r"\1\2 to the \3"),
    ((" at ", " with "), _FOLLOWS_AT, r"\1, \2 "),
    ((" against",), _UP_AGAINST, r"\1 toward"),
    ((" closed",), _MOUTH_CLOSED, r"\1\2"),
    (("count ",), _COUNT_OUT, r"\1 motionless"),
    (("unless", "if not for", "save for", "except if"), _UNLESS, ", perhaps"),
    (("or may not", "or might not"), _MAY_OR_NOT, r"\1"),
    (("argue,", "say,", "claim,", "think,", "fair to", "memory serves", "like"), _PERHAPS, " perhaps"),
    ((" into",), _READ_INTO, r"perhaps \1 at"),
    (("if not a",), _IF_NOT, "clearly"),
    (("onset", "first frame", "start", "outset"), _BEFORE, "if "),
    (_IT_IS, _WRONG_TO_DENY, "there is "),
    (
        ("leave out", "omit", "skip", "drop", "exclude", "discard", "forget", "ignore", "pass over"),
        _WRONG_TO_OMIT,
        "also",
    ),
    ((*_FALSE_WORDS, "not hold", "not be", "can't be"), _FALSELY_SAID, _not_true),
    (_FALSE_WORDS, _FALSELY_CALLED, r"\1 is not \2"),
    (_IT_IS, _WRONG_TO_REPORT, r"\1 is not \2"),
    (("no ",), _NO_LACK, ""),
    (("to rest",), _NEVER_RESTS, "keeps moving"),
    (_FALSE_WORDS, _OMITTING_IS_WRONG, r"also \1"),
    (_IT_IS, _WRONG_THAT, "it is not true that"),
    (("neither of", "none of"), _NEITHER_STILL, _both_move),
    (("absence", "lack"), _NO_ABSENCE, r"there is \1"),
    ((" without", "exempt", "free", "devoid", "lacking", "spared"), _NOT_WITHOUT, "shows"),
    (("nor ",), _NOR_FAIL, r"\1 does "),
    (("still", "theless", "same", "even", "keep"), _STILL_ADD, r"\1 also add"),
    (("same",), _SAME_BUT_HARDER, "the same way, even harder"),
    ((" more", "harder", "stronger", "further", "farther", "greater", "higher"), _ALSO_HARDER, ", even harder"),
    ((" other ",), _OUTDOES_ALL, "moves most strongly of all"),
    (
        ("more weak", "more faint", "more feeb", "more soft", "more gent", "more mild", "more diml"),
        _MORE_WEAKLY,
        "weaker",
    ),
    (("that lip", "this lip", "same lip", "said lip"), _SAME_PART, r"\1"),
    (
        ("none of", "no other", "none other", "nothing else", "unmatched", "unequal", "unrival", "not "),
        _UNREACHED,
        "most strongly of all",
    ),
    ((" than ",), _THAN_ANY, "most strongly of all"),
    ((" than ",), _WHAT_SHOWS, r"than \1"),
    (
        (", seen", ", as ", ", visible", ", observed", ", evident", ", manifest", ", found", ", showing"),
        _SEEN_AT,
        r"\1 rests on motion at ",
    ),
    (("accounts for", "responsible for", "answers for"), _ACCOUNTS, r"\1 rests on "),
    (("criteri", "requirement", "condition", "definition", "threshold"), _MEETS, "fulfils "),
    (("without",), _WITHOUT_STATE, r"while the \2 is not \1 and"),
)


_RUN = re.compile("[a-z]+")
# So many first letters of a word tell which sayings it may stand in.
_LONG, _SHORT = 4, 3


class _Index(NamedTuple):
    """Which sayings to look for, by their numbers: always, where a word stands, where a word begins so."""

    always: tuple[int, ...]
    words: dict[str, tuple[int, ...]]
    beginnings: dict[str, tuple[int, ...]]


@cache
def _index() -> _Index:
    """One word of each needle: to look for every needle takes ten times as long as to read the sentence's words."""
    always: set[int] = set()
    words: defaultdict[str, set[int]] = defaultdict(set)
    beginnings: defaultdict[str, set[int]] = defaultdict(set)
    for number, (needles, _, _) in enumerate(_REWRITES):
        for needle in needles:
            runs = [(run[0], run.start() > 0, run.end() < len(needle)) for run in _RUN.finditer(needle)]
            whole = max((word for word, opens, ends in runs if opens and ends), key=len, default="")
            begun = max((word for word, opens, _ in runs if opens or len(runs) == 1), key=len, default="")
            if whole:
                words[whole].add(number)
            elif len(begun) >= _SHORT:
                beginnings[begun[:_LONG]].add(number)
            else:
                always.add(number)
    return _Index(
        tuple(always),
        {word: tuple(numbers) for word, numbers in words.items()},
        {word: tuple(numbers) for word, numbers in beginnings.items()},
    )


def _due(text: str) -> list[int]:
    """The sayings that may stand in a sentence, in their order."""
    always, words, beginnings = _index()
    found = set(always)
    for word in _RUN.findall(text):
        found.update(words.get(word, ()))
        found.update(beginnings.get(word[:_LONG], ()))
        found.update(beginnings.get(word[:_SHORT], ()))
    return sorted(found)


def reworded(text: str) -> str:
    """A sentence in small letters, said more plainly; its signs do not keep their places."""
    due, place = _due(text), 0
    while place < len(due):
        number = due[place]
        place += 1
        needles, pattern, instead = _REWRITES[number]
        # A loop, as a generator costs more than the search.
        for needle in needles:
            if needle in text:
                before, text = text, pattern.sub(instead, text)
                if text != before:
                    # Other words stand there now.
                    due, place = [later for later in _due(text) if later > number], 0
                break
    return text
