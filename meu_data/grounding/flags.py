"""What grounding can find wrong with a draft, as sentences a person reads and a model can act on."""

from collections.abc import Iterable, Mapping
from typing import get_args

from meu_data.choices import Language
from meu_data.records import Flag, FlagKind, FlagSeverity

Words = Mapping[Language, str]

SEVERITIES: tuple[FlagSeverity, ...] = get_args(FlagSeverity)
KINDS: tuple[FlagKind, ...] = get_args(FlagKind)

# Message by name; fields are filled with words of the same language.
_MESSAGES: dict[str, tuple[FlagKind, str, str]] = {
    "unknown region": (
        "region",
        "The region “{region}” is none of the face's regions in the measured table.",
        "“{region}”不在测量表所列的面部区域之中。",
    ),
    "still": (
        "significance",
        "The {region} is said to move {direction}, but nothing was measured there beyond the map's noise.",
        "草稿称{region}{direction}运动，但该处测得的运动未超出噪声。",
    ),
    "not measurable": (
        "significance",
        "The claim about the {region} can be neither borne out nor denied: {reason}.",
        "关于{region}的条目无法核对：{reason}。",
    ),
    "other side": (
        "side",
        "The {region} is said to move, but it is still; the {other} is what moves.",
        "草稿称{region}有运动，但该处静止，实际运动的是{other}。",
    ),
    "direction": (
        "direction",
        "The {region} is said to move {direction}, but it was measured moving {measured}.",
        "草稿称{region}{direction}运动，但测得的方向是{measured}。",
    ),
    "colour": (
        "colour",
        "For the {region} the colour {colour} does not fit the direction stated, {direction}, which is {legend}.",
        "{region}所述颜色为{colour}，与所述方向（{direction}）不符，该方向应为{legend}。",
    ),
    "colour at rest": (
        "colour",
        "The {region} is given the colour {colour}, but no direction.",
        "{region}标为{colour}，却没有给出方向。",
    ),
    "intensity": (
        "intensity",
        "The motion of the {region} is called {intensity}, but it was measured as {measured}.",
        "草稿称{region}的运动强度为“{intensity}”，但测得为“{measured}”。",
    ),
    "wrong side for AU": (
        "side",
        "{au} shows on the {side} of the picture, but the {region} is given as its evidence.",
        "{au}应出现在画面{side}侧，草稿却以{region}作为其依据。",
    ),
    "not the way of the AU": (
        "evidence",
        "The {region} moving {direction} is given as evidence for {au}, which would move it {expected}.",
        "草稿以{region}{direction}运动作为{au}的依据，但该动作应使其{expected}运动。",
    ),
    "far from the AU": (
        "evidence",
        "The {region} is given as evidence for {au}, which acts in another part of the face.",
        "草稿以{region}作为{au}的依据，但该动作不作用于这一部位。",
    ),
    "leaves no trace": (
        "evidence",
        "The {region} is given as evidence for {au}, which shows no motion of the skin on this map.",
        "草稿以{region}作为{au}的依据，但该动作不会在图上形成皮肤运动。",
    ),
    "unmentioned": (
        "unmentioned",
        "The {region} moves {direction} ({intensity}), and no claim mentions it.",
        "{region}{direction}运动（{intensity}），但没有任何条目提及。",
    ),
    "no AU code": (
        "extra_au",
        "“{au}” is no AU code; write AU12, LAU12 or RAU12.",
        "“{au}”不是AU编码，应写作AU12、LAU12或RAU12。",
    ),
    "extra AU": (
        "extra_au",
        "{au} is not among the labelled AUs ({labels}).",
        "{au}不在已标注的AU（{labels}）之中。",
    ),
    "missing AU": (
        "missing_au",
        "{au} is labelled, but the draft leaves it out.",
        "{au}已被标注，但草稿遗漏了它。",
    ),
    "AU's side": (
        "side",
        "The label is {label}, but the draft has {au}.",
        "标注为{label}，草稿却写为{au}。",
    ),
    "unexplained AU": (
        "unexplained_au",
        "No claim is given as evidence for {au}, and stages 1 and 2 do not say that it cannot be seen.",
        "没有任何条目作为{au}的依据，前两段文字也未说明它不可见。",
    ),
    "visible AU": (
        "unexplained_au",
        "{au} is told as not visible, but the {region} moves {direction} as it would.",
        "草稿称{au}不可见，但{region}{direction}运动，与该动作相符。",
    ),
    "emotion": (
        "emotion",
        "The emotion is given as {emotion}, but the label is {label}.",
        "草稿给出的情绪是{emotion}，但标注为{label}。",
    ),
    "conclusion's emotion": (
        "conclusion",
        "The conclusion speaks of {said}, but the draft's emotion is {emotion}.",
        "结论写的是{said}，而草稿给出的情绪是{emotion}。",
    ),
    "conclusion in doubt": (
        "conclusion",
        "The conclusion leaves open whether the emotion is {emotion} or {said}.",
        "结论未能确定情绪是{emotion}还是{said}。",
    ),
    "conclusion without emotion": (
        "conclusion",
        "The conclusion does not name the emotion {emotion}.",
        "结论没有写出情绪“{emotion}”。",
    ),
    "conclusion's extra AU": (
        "conclusion",
        "The conclusion names {au}, which is not among the draft's AUs.",
        "结论提到{au}，但它不在草稿的AU列表中。",
    ),
    "conclusion's missing AU": (
        "conclusion",
        "The conclusion does not name {au}.",
        "结论没有提到{au}。",
    ),
    "text's extra AU": (
        "text",
        "{stage} names {au}, which is not among the draft's AUs.",
        "{stage}提到{au}，但它不在草稿的AU列表中。",
    ),
    "text's AU side": (
        "text",
        "{stage} names {said} where the draft's list of AUs has {au}.",
        "{stage}写的是{said}，而草稿的AU列表中是{au}。",
    ),
    "AU misnamed": (
        "text",
        "{stage} calls AU{number} “{said}”, which is the name of AU{other}.",
        "{stage}把AU{number}称为“{said}”，那是AU{other}的名称。",
    ),
    "AU not named": (
        "text",
        "{au} is in the draft's list of AUs, but stages 1 and 2 never name it.",
        "{au}在草稿的AU列表中，但前两段文字都没有提到它。",
    ),
    "text's emotion": (
        "text",
        "{stage} argues for {said}, but the draft's emotion is {emotion}.",
        "{stage}推断的是{said}，而草稿给出的情绪是{emotion}。",
    ),
    "emotion without label": (
        "emotion",
        "{stage} infers {said}, but the corpus labels no emotion and the draft gives none.",
        "{stage}推断了{said}，但语料没有情绪标注，草稿也未给出情绪。",
    ),
    "text's direction": (
        "text",
        "{stage} lets the {region} move {said}, but it was measured moving {measured}.",
        "{stage}写{region}{said}运动，但测得的方向是{measured}。",
    ),
    "text's contradiction": (
        "text",
        "{stage} lets the {region} move in ways that exclude each other; it was measured moving {measured}.",
        "{stage}对{region}运动方向的描述自相矛盾，测得的方向是{measured}。",
    ),
    "text denies direction": (
        "text",
        "{stage} denies that the {region} moves {said}, but it was measured moving {measured}.",
        "{stage}否认{region}{said}运动，但测得的方向是{measured}。",
    ),
    "text's colour": (
        "text",
        "{stage} gives the {region} the colour {said}, but on the map it is {measured}.",
        "{stage}称{region}为{said}，但图中应为{measured}。",
    ),
    "text's strength": (
        "text",
        "{stage} calls the motion of the {region} {said}, but it was measured as {measured}.",
        "{stage}称{region}的运动为“{said}”，但测得为“{measured}”。",
    ),
    "text on still skin": (
        "text",
        "{stage} lets the {region} move, but nothing was measured there beyond the map's noise.",
        "{stage}称{region}有运动，但该处测得的运动未超出噪声。",
    ),
    "text on the other side": (
        "text",
        "{stage} lets the {region} move, but it is still; the {other} is what moves.",
        "{stage}称{region}有运动，但该处静止，实际运动的是{other}。",
    ),
    "text denies motion": (
        "text",
        "{stage} says that the {region} is still, but it was measured moving {measured}.",
        "{stage}称{region}静止，但测得其{measured}运动。",
    ),
    "text's ranking": (
        "text",
        "{stage} lets the {region} move more than the {other}, but it was not measured moving more.",
        "{stage}称{region}的运动强于{other}，但测得的运动并不更强。",
    ),
    "text's equality": (
        "text",
        "{stage} lets the {region} move as much as the {other}, but the two were measured unlike.",
        "{stage}称{region}的运动与{other}相当，但两者测得的强度不同。",
    ),
    "text's share": (
        "text",
        "{stage} lets the {region} move about half as much as the {other}, but it was measured otherwise.",
        "{stage}称{region}的运动约为{other}的一半，但测得的情况并非如此。",
    ),
    "text's only motion": (
        "text",
        "{stage} lets nothing move but the {region}, but the {other} was measured moving, too.",
        "{stage}称仅{region}有运动，但测得{other}也有运动。",
    ),
    "text's course": (
        "text",
        "{stage} compares the direction of the {region} with that of the {other}, but the two were measured otherwise.",
        "{stage}对{region}与{other}的运动方向作了比较，但测得的情况并非如此。",
    ),
    "text's sides": (
        "text",
        "{stage} mixes up the person's left and right with those of the picture.",
        "{stage}混淆了被摄者的左右与画面的左右。",
    ),
    "text's one side": (
        "text",
        "{stage} lets the {region} move on one side only, but both sides were measured moving.",
        "{stage}称{region}仅单侧运动，但测得两侧均有运动。",
    ),
    "text's evidence": (
        "text",
        "{stage} gives the motion of the {region} as evidence for {au}, which moves it another way or not at all.",
        "{stage}以{region}的运动作为{au}的依据，但该动作不会使其这样运动。",
    ),
    "text denies AU": (
        "text",
        "{stage} denies {au}, which is labelled and can be seen on the map.",
        "{stage}否认{au}，但它已被标注，且在图中可见。",
    ),
    "muscle": (
        "text",
        "{stage} names “{said}” as the muscle of AU{number}, which another muscle moves.",
        "{stage}把“{said}”写作AU{number}的肌肉，但该动作由其他肌肉产生。",
    ),
    "language": (
        "text",
        "{stage} has a statement in another language than the draft's.",
        "{stage}中有语句不是草稿所用的语言。",
    ),
    "not read": (
        "text",
        "{stage} has a statement about the face that could not be checked.",
        "{stage}中有关于面部的语句无法核对。",
    ),
    "claim unstated": (
        "text",
        "{stage} has a sentence that does not tell of the {region}, although one of its claims is about it.",
        "{stage}中有一句没有写到{region}，其条目却包含该区域。",
    ),
    "claim differs": (
        "text",
        "{stage} has a sentence that tells another motion of the {region} than its own claim.",
        "{stage}中有一句所写的{region}运动与其条目不一致。",
    ),
    "claim's AU": (
        "text",
        "{stage} has a sentence that names other AUs than {au}, for which it claims the {region}.",
        "{stage}中有一句以{region}作为{au}的条目，句中写的却是其他AU。",
    ),
    "motion unclaimed": (
        "text",
        "{stage} has a sentence that lets the {region} move, and no claim is about it.",
        "{stage}中有一句写到{region}的运动，但没有相应的条目。",
    ),
    "text's side": (
        "text",
        "{stage} speaks of the {region}, but the claims have the {other}.",
        "{stage}写的是{region}，而条目中是{other}。",
    ),
}


def flag(message: str, subject: str, severity: FlagSeverity, quote: str = "", /, **words: Words | str) -> Flag:
    """A flag with its sentences.

    Args:
        message: A key of the message table.
        subject: Region, AU code, emotion or field.
        severity: How bad it is.
        quote: The statement of the text that is meant, if it is one.
        words: What stands for the message's fields, the same or apart for each language.
    """
    kind, *texts = _MESSAGES[message]
    en, zh = (
        text.format(**{name: said if isinstance(said, str) else said[lang] for name, said in words.items()})
        for lang, text in zip(get_args(Language), texts, strict=True)
    )
    return Flag(kind=kind, subject=subject, severity=severity, en=en, zh=zh, quote=quote)


def worst_first(flags: Iterable[Flag]) -> tuple[Flag, ...]:
    """Each flag once, the worst first; equally bad ones by kind, then in the order they were found."""
    return tuple(
        sorted(dict.fromkeys(flags), key=lambda item: (SEVERITIES.index(item.severity), KINDS.index(item.kind)))
    )


_QUOTED: dict[Language, str] = {"en": " It says: “{}”", "zh": "原句：“{}”"}
_REPAIR: dict[Language, tuple[str, str]] = {
    "en": (
        "Your answer was checked against the measured motion and the given labels. This is wrong with it:",
        "Send the whole answer again in the same form. Correct these points in the statements, in their claims and in"
        " the other two texts, and keep what was right. Colour, direction, strength and side come from the measured"
        " table alone; the AUs and the emotion are given.",
    ),
    "zh": (
        "你的回答已与测得的运动和给定的标注核对，存在以下问题：",
        "请按相同格式重新给出完整回答，在各句、各句的条目和另外两段文字中改正以上各点，并保留原本正确的内容。"
        "颜色、方向、强度和左右只以测量表为准；AU和情绪均为给定事实。",
    ),
}


def repair_text(flags: Iterable[Flag], lang: Language) -> str:
    """What to send back to the writer of a badly grounded draft; empty when there is nothing worth asking for.

    Args:
        flags: The draft's flags; notes are left out, since they are tolerated.
        lang: Language of the draft.
    """
    points = [
        item.sentence(lang) + (_QUOTED[lang].format(item.quote) if item.quote else "")
        for item in worst_first(flags)
        if item.severity != "note"
    ]
    if not points:
        return ""
    before, after = _REPAIR[lang]
    return "\n".join([before, *(f"- {point}" for point in points), after])
