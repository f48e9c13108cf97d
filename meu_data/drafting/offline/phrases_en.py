"""The English words that offline drafts are put together from; `{}` fields are filled by `prose_en`."""

from meu_data.drafting.offline.patterns import Step
from meu_data.face.regions import Intensity
from meu_data.grounding.evidence import AuFinding

# Plural verb, singular verb.
VERBS: dict[str, tuple[tuple[str, str], ...]] = {
    "up": (("move up", "moves up"), ("rise", "rises"), ("lift", "lifts")),
    "down": (("move down", "moves down"), ("drop", "drops"), ("sink", "sinks")),
    "out": (("move outward", "moves outward"), ("pull outward", "pulls outward")),
    "in": (("move inward", "moves inward"), ("draw inward", "draws inward")),
    "up-out": (("move up and outward", "moves up and outward"), ("pull up and outward", "pulls up and outward")),
    "down-out": (("move down and outward", "moves down and outward"),),
    "up-in": (("move up and inward", "moves up and inward"),),
    "down-in": (("move down and inward", "moves down and inward"), ("draw down and inward", "draws down and inward")),
}
STRENGTH: dict[Intensity, tuple[str, ...]] = {
    "slight": ("slightly", "a little", "faintly"),
    "moderate": ("clearly", "visibly", "plainly"),
    "strong": ("strongly", "markedly", "sharply"),
}
COLOURED = (" in {}", " ({})")
COLOURED_BY_SIDE = (", {} on the left and {} on the right", " ({} on the left, {} on the right)")

STILL = (
    "The map shows no local motion: once the motion of the whole head is removed, no region rises above the noise",
    "Apart from the motion of the whole head, which is taken out, no region of this face moves beyond the noise",
)
STILL_WHERE_SEEN = (
    "Once the motion of the whole head is removed, no region that can be judged on this map moves beyond the noise",
    "Apart from the motion of the whole head, which is taken out, nothing moves where this map can be judged",
)
UNJUDGED = (
    "Nothing on this map can be judged: no region could be measured",
    "This map cannot be judged, since no region of it could be measured",
)
WEAK = (
    "The map shows only scattered weak motion, too dim or too mixed to be read as a facial action",
    "What moves on this map is weak or has no common direction, and none of it is clear enough to be read",
)
OPENINGS = (
    "Once the motion of the whole head is set aside, the local motion on this map gathers around {}",
    "Leaving out the dim areas and the motion of the whole head, what stands out lies around {}",
    "The colours that matter on this map lie around {}",
    "The local motion to be read here is around {}",
    "With head motion removed, the map draws attention to {}",
)
MANY_ZONES = ("Several parts of the face move at once", "The motion on this map is spread over much of the face")
PERSON_SIDES = (
    "as the face looks at the camera, the person's left is the right of the picture",
    "the person's left lies on the right of the picture, and the other way round",
)
BLANK = ("The coders scored no AU for this clip", "No AU was scored on this clip")

SEEN = (
    "{clause}, which is the motion of {aus}",
    "{clause}, as is usual for {aus}",
    "{clause}, and this is read as {aus}",
    "{aus} can be seen directly: {clause}",
    "{clause}, pointing to {aus}",
    "the evidence for {aus} is easy to see: {clause}",
)
SEEN_WEAK = (
    "{clause}, which fits {aus}",
    "{aus} shows only softly: {clause}",
    "{clause}, just enough to recognise {aus}",
    "{clause}, in keeping with {aus}",
)
LACKING: dict[AuFinding, tuple[str, ...]] = {
    "unseen": (
        "for {aus} the map shows no clear motion at {where}, so {it} {is_are} kept on the coder's score",
        "no clear motion is visible at {where} for {aus}, and the coder's score is relied on there",
        "{aus} {leave} no clear trace at {where} and {is_are} kept because the coder scored {it}",
    ),
    "unfitting": (
        "for {aus} nothing at {where} moves in the way expected, so {it} {is_are} kept on the coder's score alone",
        "the motion at {where} does not speak for {aus}, which {is_are} kept on the coder's score",
    ),
    "hidden": (
        "whether {aus} {show} at {where} cannot be judged on this map, so {it} {is_are} kept on the coder's score",
        "{where} cannot be judged on this map, and {aus} {rest} on the coder's score",
    ),
    "head": (
        "{aus} {is_are} a matter of the whole head, whose motion the map leaves out, and {rest} on the coder's score",
        "with the motion of the whole head taken out, the map says nothing about {aus}, kept as the coder scored {it}",
    ),
    "unmapped": (
        "{aus} {has} no motion of the skin that this map could show and {is_are} taken from the coder's score",
        "{aus} cannot be read from this map and {rest} on the coder's score",
    ),
}
# Singular, plural.
AGREEMENT = {
    "it": ("it", "them"),
    "is_are": ("is", "are"),
    "has": ("has", "have"),
    "leave": ("leaves", "leave"),
    "rest": ("rests", "rest"),
    "au_is": ("AU is", "AUs are"),
    "does": ("does", "do"),
    "show": ("shows", "show"),
    "speak": ("speaks", "speak"),
    "belong": ("belongs", "belong"),
    "add": ("adds", "add"),
    "stand": ("stands", "stand"),
}
CONTRARY = (
    "{clause}, which is not the way {aus} would move {it}; the AU is kept on the coder's score",
    "where {aus} would be expected, {clause} instead, so the AU rests on the coder's score",
)
BLINK = (
    "{clause}, which looks like a blink and is not counted as evidence",
    "{clause} as in a blink, which says nothing about any AU",
)
CARRIED = ("{clause}, most likely carried along by the skin beside {it}", "{clause}, going along with {its} neighbour")
UNEXPLAINED = (
    "{clause}, which none of the scored AUs explains",
    "{clause}, a motion noted here without tying it to a scored AU",
)
UNSCORED = (
    "{clause}, which is noted as it is",
    "{clause}, a clear motion that is recorded without naming it",
)
LID_DOUBT = ", though the lids alone could not tell this from a blink"
DRIFT = (
    "much of the face also drifts one way together, which is taken for a rest of head motion",
    "the drift that most of the face shares is put down to the head and not read as an action",
)

INFERENCE: dict[Step, tuple[str, ...]] = {
    "blank": (
        "Without a scored AU the face alone does not decide the emotion; the label {emotion} rests on the coder's view",
        "As no AU was scored, the motion cannot carry the inference; {emotion} is kept as the label the coder gave",
    ),
    "others": (
        "{aus} {does} not add up to one of the basic emotions, hence the label others",
        "no basic emotion follows from {aus}, and the clip is labelled others",
    ),
    "against": (
        "{aus} alone {does} not point to {emotion}; the label rests on the coder and the context of the clip",
        "{emotion} does not follow from {aus} alone: it is the label the coder gave with the context in view",
    ),
    "only shut": ("{aus} {is_are} eye closure and no evidence for an emotion; {emotion} is the label the coder gave",),
    "scored": (
        "going by the coder's scores rather than the map, {aus} {speak} for {emotion}",
        "{aus} {is_are} typical of {emotion}, though here this is the coder's observation and not the map's",
    ),
    "for": (
        "{aus} {is_are} typical of {emotion}",
        "{aus} {speak} for {emotion}",
        "{aus} {belong} to the usual signs of {emotion}",
    ),
    "bystanders": (
        "{aus} {is_are} not among the usual signs of {emotion} and {add} little",
        "{aus} neither {add} to this nor {stand} against it",
    ),
    "shut": ("{aus} {is_are} eye closure and no evidence for an emotion",),
}

UNLABELLED = ("the coders labelled no emotion for this clip, so none is inferred",)
CONCLUDE_UNLABELLED = ("in sum, the clip shows {aus}, and no emotion is labelled",)
CONCLUDE_UNLABELLED_BLANK = ("only the motion is described; no AU and no emotion is labelled",)
CONCLUDE_BLANK = (
    "no AU is scored; the micro-expression is {emotion}",
    "the clip is classed as {emotion}, no AU",
)
CONCLUDE = (
    "in sum, the clip shows {aus}, and the micro-expression is {emotion}",
    "the {au_is} {aus}; the micro-expression is {emotion}",
    "the micro-expression is {emotion}, with {aus}",
)
CONCLUDE_OTHERS_BLANK = ("no AU is scored, and the micro-expression is classed as others",)
CONCLUDE_OTHERS = ("in sum, the clip shows {aus}, and the micro-expression is classed as others",)
