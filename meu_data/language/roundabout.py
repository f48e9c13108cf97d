"""Roundabout sayings, put plainly before the words of a sentence are looked up: denials, one side of two, comparisons.

Of each what has to stand in the sentence, the pattern, and what stands for it.
"""

import re
from collections.abc import Callable

Rewrite = str | Callable[[re.Match[str]], str]

_QUIET = r"(?:still|motionless|static|immobile|stationary|inactive|quiet|idle|passive|empty|at rest)"
_VIEW = r"(?:view|idea|claim|reading|impression|statement|notion|conclusion)"
_EMOTIONS = ("happiness", "sadness", "surprise", "fear", "anger", "disgust", "contempt", "joy")
_EMOTION = f"(?:{'|'.join(_EMOTIONS)})"

# Denials that are denied.
_NOTHING_BUT = re.compile(
    r"\b(?:can ?not|can't|could not|couldn't) be said to do (?:any|no)thing (?:but|other than|except)\b"
    r"|\b(?:does|do|did) (?:nothing|not do anything) (?:but|other than|except)\b"
    r"|\b(?:never|not) (?:does|do|did) (?:otherwise|other) than\b|\bhardly anything (?:but|other than)\b"
)
_NOTHING_IF_NOT = re.compile(r"\b(?:did|does|do) nothing if (?:it|they) (?:did|does|do)(?: not|n't)(?= [a-z])")
_NOT_CONTENT = re.compile(
    r"\b(?:is|are|was|were)(?: not|n't) content to (?:lie|stay|sit|remain|keep|be) (?:still|idle|quiet)"
    r"|\b(?:does|do|did)(?: not|n't) do nothing\b"
    r"|\b(?:does|do|did)(?: not|n't) (?:stay|keep|remain) out of (?:the |this |it )?(?:motion|movement|action|play)?"
)
_NOT_KEPT_FROM = re.compile(
    r"\b(?:not|n't|hardly) (?:kept|prevented|stopped|held back|barred|hindered) from(?= [a-z]+ing)"
)
_NOT_QUIET = re.compile(rf"\b(?:hardly|scarcely|barely|not exactly|not really) (?:an? )?{_QUIET}\b(?! of)")
_OFF_PLACE = re.compile(
    r"\b(?:carried|moved|pushed|pulled|drawn|shifted|taken) (?:off|out of|from) (?:its|their) (?:place|spot|position)\b"
)
_NO_STILLNESS = re.compile(
    r"\bno stillness (?:(?:is|was|can be) (?:found|seen|detected|noted) )?(?=in|at|of|on|around)"
)
_NOT_FROM_ZERO = re.compile(
    r"\b(?:not distinguishable|not to be told|indistinguishable|cannot be told)(?: apart)? from "
    r"(?:zero|noise|rest|stillness|nothing|the background|background)\b"
)
_NONE_FAILS = re.compile(r"\b(?:none|neither) of (them|these|those|the [a-z ]{3,30}?) (?:fails?|failed) to\b")
_NONE_THAT_NOT = re.compile(
    r"\bthere (?:is|are|was|were) no ([^,;:.]{3,50}?) (?:that|which) (?:does|do|did)(?: not|n't)(?= [a-z])"
)
_NOR_WITHOUT = re.compile(
    r"\bnor (?:is|are|was|were) ([^.;:]{3,90}?) without (?:an? |any |its |their )?"
    r"(?:contribution|motion|movement|activity|part in [a-z]+|share)\b"
)
_NOTHING_AGAINST = re.compile(
    rf"\bnothing (?:here |there )?(?:contradicts|refutes|disproves|speaks against|argues against|tells against) "
    rf"the {_VIEW} that\b"
)
_NO_QUESTION_OF = re.compile(r"\bit is out of the question that\b")
_OF_READING = re.compile(
    r"\b(?:that )?nothing (?:here |there |in (?:it|this) )?(?:argues|speaks|tells|counts) against\b"
)
_NO_DOUBT_THEY = re.compile(r"^\W*there (?:is|can be) no doubt that (it|they) (does|do|did|is|are)\b")
_ALL_BUT = re.compile(r"\ball but (impossible|excluded|ruled out|out of the question)\b")
_ALL_BUT_SURE = re.compile(r"\ball but (?:undeniable|certain|inescapable|indisputable|unavoidable)\b")
_NO_ROOM = re.compile(
    r"\b(?:do|does|did)(?: not|n't) leave (?:much |any |a lot of )?(?:room|place|space) for (?:anything|any "
    r"emotion) (?:but|other than)\b"
)
_NO_PLACE = re.compile(
    r"\b(?:leaves? no (?:room|place|space) for|(?:do|does|did)(?: not|n't) leave (?:much |any )?(?:room|place"
    r"|space) for)\b"
    rf"(?= {_EMOTION})"
)
_LEAVES = re.compile(rf"\bleaves? (?={_EMOTION} (?:in the lead|in front|ahead|on top|as |the ))")

# What is told beside the verdict is no part of its denial.
_SEE = (
    r"(?= (?:points?|indicates?|suggests?|leaves?|means?|makes?|signals?|speaks?|argues?|favou?rs?"
    r"|(?:is|are) (?:consistent|compatible|in line|typical|characteristic|indicative|diagnostic))\b)"
)
_WITHOUT_MOTION = re.compile(
    r" (?:in the absence of|without) ((?:any )?[a-z -]{3,40}? (?:motion|movement|activity|involvement|action|change))"
    + _SEE
)
_DOES_NOT_WEAKEN = re.compile(
    r"\b(?:does|do|did)(?: not|n't) (?:weaken|undermine|contradict|alter|change|affect|disturb|run counter to"
    r"|conflict with)"
    r" (?=(?:the|this|that|it)\b)|\b(?:takes?|took) nothing away from (?=(?:the|this|that|it)\b)"
)

# One side of two.
_OTHER = (
    r"(?:the one |that )?(?:on |at )?(?:the |its |(?:the )?(?:person|subject|patient)'s (?:own )?)?(?:left"
    r"|right|other|opposite)"
    r"(?: (?:one|side|half|corner|wing|counterpart))?"
)
_NOT_ON_OTHER = re.compile(
    rf",? (?:but|and|yet|though|if) (?:not|never) (?:on |at |in |for )?{_OTHER}(?:,(?! (?:and|but|or))"
    rf"|(?=\s*(?:$|[.;:)])| is what))"
)
_UNLIKE_OTHER = re.compile(rf", unlike {_OTHER},(?! (?:which|and))")
_ONLY_THERE = re.compile(r",? and (?:only|just) (?:there|on that side|on this side)\b")
_NO_TWIN = re.compile(
    r"\b(?:with )?no (?:counterpart|match|equivalent|echo|parallel) (?:on|at) the (?:other|opposite) (?:side"
    r"|half|corner)"
)
_ONLY_GOES = re.compile(r"\bonly (?=[↑↓↖↗↘↙←→])")
_OWN = re.compile(r"\b(person|subject|participant|patient|sitter)'s own (?=left|right)")
_PREFIX = re.compile(r"\b(prefix|letter) [lr]\b(?!\d)")
_AND_NOT_ONES = re.compile(r", (?:and |but )?not the (outer|inner|upper|lower) ones,")
_ALL_HERE = re.compile(r"^\W*everything (?:here|there)\b")
_UNDER_EYE = re.compile(r"(^\W*|\()(?:under|below|beneath) (?:the |each |both )?((?:left|right)?) ?eyes?(?=[):])")
_RED_LIPS = re.compile(r"\bred (?:part|portion|zone|edge|margin)s? of the (mouth|lips?)\b")
_FOLLOWS = re.compile(r"(?<=[a-z] )(?<!merely )(?<!only )follow(?:s|ed)? (?=(?:the|its|their|both) (?!sam))")
_CLOSEST = re.compile(r"\bcomes? closest together with ")
_NO_GAP = re.compile(
    r"\bno (?:gap|difference) in (?:strength|intensity|size|brightness) (?:to|from|with|compared with)\b"
)
_BELONGS = re.compile(
    r"\b(corner|brow|eyebrow|wing|cheek|fold|lid|eyelid) belongs? to "
    r"(?=the (?:person|subject|participant|viewer|observer)'s |(?:his|her|their) (?:left|right))"
)
_WHICH_BELONGS = re.compile(
    r"\b(which|that) belongs? to (?=the (?:person|subject|patient)'s |(?:his|her|their) (?:left|right))"
)
_SPARED = re.compile(
    r", (?:with )?((?:the|its) (?:(?:person|subject|patient)'s )?(?:left|right))(?: one| corner| side| half)?"
    r" (?:being |is |was )?(?:spared|excepted|excluded|left out|uninvolved)\b"
)
_HUE_NOWHERE_ELSE = re.compile(
    r"^(\W*(?:the )?(?:magenta|red|purple|blue|cyan|green|orange|chartreuse|yellow|yellow-green|pink)\b[^;.:]*?)"
    r" and nowhere else\b"
)
_BOTH_SIDES = re.compile(
    r"(?<!skin )(?<!area )(?<!folds )(?<!fold )(?<!region )(?<!tissue )\b(?:on|at) (?:either|both|each) sides? of the "
    r"(?:nose|mouth|face|midline|nasal bridge)\b"
)
_NO_DIFFERENCE = re.compile(
    r"\b(?:i |we )?(?:find|see|note|observe|detect|with|there is|show|shows|showing)?,? ?no difference"
    r"(?: in (?:strength|size|intensity|extent|amplitude))? between the (?:two |left and right )?(?:sides"
    r"|halves|corners|ends)\b"
)

# Comparisons.
_BRIGHTER = (
    r"(?:stronger|brighter|larger|bigger|greater|livelier|further|farther|harder|faster"
    r"|more (?:strongly|clearly|intensely|brightly|markedly|vigorously|intense|active|marked|pronounced))"
)
_DIMMER = (
    r"(?:weaker|dimmer|duller|fainter|smaller|slighter|darker|quieter|calmer"
    r"|less (?:strongly|clearly|intensely|brightly|strong|bright|intense|active|marked|pronounced)|less)"
)
_PLACE = r"(?:regions?|areas?|parts?|places?|zones?|spots?|structures?|sites?)"
_REST = rf"(?:anything|everything|all|any {_PLACE}|any other {_PLACE}|all other {_PLACE})"
_ON_MAP = r"(?: (?:else|other))?(?: (?:on|in|of) the (?:map|picture|image|face|whole face))?"
_LEAST = re.compile(
    rf"\b(?:an? )?{_DIMMER}(?: [a-z-]+)? than {_REST} ?(?:else)?{_ON_MAP}"
    rf"|\bno (?:other )?{_PLACE}{_ON_MAP} (?:is|moves|does|shines) {_DIMMER} than\b"
)
_SIDE_LEADS = re.compile(
    r"\b(with|i find|we find|i see|we see|find|since|as|and) (the (?:left|right)|the (?:person|subject)'s "
    r"(?:own )?(?:left|right))"
    r"(?: one| side| half| corner)?(?: in the picture| of the picture)?(?: (?:being|is|clearly|well|slightly|a "
    r"little|far|distinctly))*"
    r" (?:ahead|leading|in front|in the lead|the leader)\b(?! of)"
)
_MORE_AT_SIDES = re.compile(
    rf"\b{_BRIGHTER} (?:at|on|in|along|toward|towards) (?:the |its )?(sides|flanks|edges|middle|centre|center) "
    r"than (?:at|on|in|along) (?:the |its )?(middle|centre|center|sides|flanks|edges)\b"
)


_DO_MORE = (
    r"(?:exceeds?|outdo|outdoes|surpass(?:es)?|outshines?|beats?|tops?|outranks?|outstrips?|rivals?|rivalling|exceeding"
    r"|surpassing|outdoing)"
)
_OTHERS = (
    rf"(?:(?:several|many|some|various|numerous|a few|two|three|most|all|plenty of) other {_PLACE}|more than "
    rf"one {_PLACE}"
    r"|(?:plenty|much|a lot|everything|almost everything|nearly everything) else)"
)
_OTHERS_DO_MORE = re.compile(
    rf"\b(?:with )?{_OTHERS}(?: on the map| in the picture| of the face| of the map)? (?:{_DO_MORE}|(?:moves?"
    rf"|goes|rises?|sinks?) {_BRIGHTER} than) (?!all|any|every)"
    r"((?:the |its |both )?[a-z -]{2,40}?)(?= in (?:strength|intensity|size|brightness)| and |\s*(?:[.,;:)]|$))"
)
_OTHERS_GO_HARDER = re.compile(
    rf"\b(?:and |but )?{_OTHERS}(?: on the map| in the picture| of the face)? (?:moves?|goes|go|rises?|sinks?|shifts?)"
    rf"(?: up| down| out| in)? (?:{_BRIGHTER}|as much or more|more)\b(?! than)"
)


# So much, or so little, that the next bin is wrong.
_VERY_STRONG = re.compile(
    r"(?<!neither )(?<!nor )(?<!not )"
    r"\bvery (?:strong|bright|intense|marked|large|vigorous|pronounced|vivid)(?:ly)?\b(?! "
    r"(?:than|as))"
)
_VERY_FAINT = re.compile(
    r"(?<!neither )(?<!nor )(?<!not )\bvery (?:faint|weak|slight|dim|small|low)(?:ly)?\b"
    r"|\bat the (?:very )?(?:lowest|faintest|weakest) (?:level|strength|brightness|degree|grade|intensity)\b"
)
# Where something goes.
_TOWARD_NOSE = re.compile(r"\b(up|down|upwards?|downwards?) and towards? the nose\b")
_STANDS_FOR_UNIT = re.compile(r"\bstands? for (?=au ?\d)")
# What had moved by the apex, as against what would have.
_HAD = re.compile(
    r"^(?!\W*had\b)(?!.*\b(?:if|would|should|expect|expected|were to|as though|had (?:it|they"
    r"|there|the)\b)\b).*\bhad\b.*$",
    re.DOTALL,
)
_WHERE_STRONGEST = re.compile(
    r"\bwhere the (?:map|picture|image|face|motion) is (brightest|strongest|most active|most intense|dimmest"
    r"|faintest|weakest)"
    r",? (?:and that is|which is|that is|namely) (?=at|in|on)"
)

# Asides that say nothing of this face.
_AS_IN = re.compile(r",? as (?:in|with|during|for) (?:an? |the |true |real )?[a-z]+(?: [a-z]+)?,")
_FOR_WHICH = re.compile(
    r", (?:for|in|with|of) which [^,;.]{3,70}? (?:would|should|is typical|are typical|is usual|is needed)[^,;.]{0,60},"
)
_LIES_THERE = re.compile(
    r", which (?:sits?|lies?|runs?|is|are|stands?)(?: located| found| situated)? (?:between|beside|next to|above|below"
    r"|beneath|under|near) [^,;.]{3,40},"
)
_OF_ITS_OTHER_PART = re.compile(
    r" without [^,;.]{3,50}? (?=(?:is|gives?|means?|makes?|equals?|amounts? to|yields?|defines?) au ?\d)"
)
_AND_NOT_OF = re.compile(r"\band not of an? [a-z]+")
# What would be so.
_WOULD_HAVE = re.compile(
    r"^(?!\W*if\b)(?=.*\bwould have (?:made|strengthened|supported|helped|added|pointed|suggested|indicated|been|raised"
    r"|spoken|favou?red)\b)",
    re.DOTALL,
)
_TAKEN_AWAY = re.compile(
    r"^\W*(?:take away|remove|subtract|strip away|delete)(?= .*\b(?:you|one|we|it|there)(?: would|'d| could| might)\b)",
    re.DOTALL,
)
_WERE_IT_NOT = re.compile(
    rf"\b(?:could|might|would|may) (?:suggest|mean|indicate|point to|speak for|be) (?=(?:an? )?{_EMOTION}\b"
    r"[^;.]*\b(?:were it not|if it were not|if it weren't|but for the|if not for))"
)
_THAT_UNIT = re.compile(
    r"\b(?:that|this|the latter|such an?) (?:unit|au|action unit) "
    r"(?=(?:pulls|raises|lowers|lifts|draws|moves|brings|pushes|acts|depresses|stretches|tightens|presses)\b)"
)
_EMOTION_DOES = re.compile(
    rf"\b({_EMOTION}) (?=(?:lifts|raises|lowers|pulls|brings|draws|pushes|widens|stretches|tightens|wrinkles)\b)"
)
_NOT_MISTAKEN_FOR = re.compile(
    r"\b(?:do not|don't|never|one should not|must not|not to) (?:mistake|confuse|take) ([^,;.]{3,60}?) (?:for|with|as) "
    r"(?=(?:an? )?au ?\d)"
)
_IS_OUT = re.compile(rf"\b(hence|so|thus|therefore|which means) ({_EMOTION}) (?:is |goes )?out\b")
_FULLY_SURE = re.compile(
    r"\b(?:fully|completely|entirely|totally|strictly) (?=(?:ruled|excluded|explained|understood|certain|sure|clear)\b)"
)
# The look of inner brows that rise, which sadness has as well as fear.
_WORRIED_LOOK = re.compile(r"\b(that|this|the|a) worried,? (?=(?:[a-z]+,? )?(?:look|expression|appearance|shape)\b)")
_WEIGHED_REJECTED = re.compile(
    rf"\b({_EMOTION}|au ?\d+)(?:,)? (?:was |is )?(?:weighed|considered|checked|tested|tried|entertained)(?: and|,|;|:)"
    r" (?:then )?(?=(?:rejected|discarded|dismissed|dropped|excluded|ruled out|set aside)\b)"
)
# "Right" that names no side.
_CORRECT = re.compile(
    r"\b(?:that's|that is|this is|is|are)((?: almost| quite| about| just| not quite| partly| mostly| not| only)*)"
    r" right(?=\s*(?:[,.;:!)]|$| except| but))"
)
_RIGHT_AT = re.compile(
    r"(?<!the )(?<!and )(?<!to )(?<!or )(?<!left )(?<!'s )(?<!image )(?<!picture )(?<!viewer )(?<!upper )(?<!lower )"
    r"(?<=[a-z] )right (?=(?:at|beside|next to|by|above|below|under|underneath|between|around|along|alongside)"
    r" (?:the|its|each|both|that|this)\b)"
)
# Directions that are none.
_TOGETHER_POINT = re.compile(
    r"\btogether,? (?=(?:they |these |this |it )?(?:point|suggest|indicate|support|speak|argue|mean|make|give|form"
    r"|are read|amount|add up|constitute|imply|favou?r|fit|match|yield)s?\b)"
)
_OPPOSITE_PARTS = re.compile(
    r"\b(and (?:the |its |their )?(?!left|right|[a-z]+ (?:left|right))[a-z ]{3,30}?) "
    r"((?:work|move|pull|go|run|act|head|shift)s?) in opposite (?:directions|ways|senses)\b"
)
_MOTIONS_MEET = re.compile(
    r"\b(motions|movements|actions|forces|trends|patterns|processes|pulls) (?:that |which )?(?:meet|come together"
    r"|converge|combine|clash|collide)\b"
)
_JAW_OPENS = re.compile(r"\bjaws? (?:which |that |is what )?opens?\b")
_DOWN_TO = re.compile(
    r"(?:\b(everything|all) |(^|[,;:*] ))from (the [a-z -]{3,25}?)(?: all the way| on| right)?"
    r" (?:down|up|downwards?|upwards?) to (?=the )"
)
_FADES_FARTHER = re.compile(
    r",? (?:so |so that |and )?(?:the |this )?(?:motion|movement|colour|color|effect|intensity|displacement|brightness)"
    r" (?:fades|weakens|decreases|diminishes|drops|falls|dies down|gets weaker|gets fainter|lessens)(?: off)?"
    r" the (?:farther|further|more)\b[^;.]*"
)
_FOLD_BESIDE = re.compile(
    r"\b(folds?|lines?|creases?|furrows?) (?:that |which )?(?:runs?|running|goes|going|comes|coming|leads|leading)"
    r" down (?=next to|beside|alongside|past|along)"
)
_FOLD_OF_NOSE = re.compile(
    r"\b(?:skin )?(folds?|lines?|creases?|furrows?) (?:on|at) (?:either|each|both) sides? of (?:the )?(nose|mouth)\b"
)

# What is only a place.
_LIPS_BETWEEN = re.compile(r"\b(lips?|mouth|red|skin) between (?:the|its|their|both) (?:mouth |two )?corners\b")
_NOTHING_SUGGESTS = re.compile(
    r"\bnothing (?:in|at|on|around|about) [^,;.]{3,40}? (?:suggests?|indicates?|hints at|points to|speaks for)\b"
)
_ON_MIDLINE = re.compile(
    r"\b(?:the )?(?:regions|parts|areas|structures) (?:on|along|of|at|in) the (?:midline|(?:median|middle) line)\b"
)
_HEADS_FOR_SIDE = re.compile(
    r"\b(heads?|goes|moves?|travels?|shifts?|makes?|drifts?|pulls?|points?) (?:for|to|towards?) the (left|right)"
    r"(?: side| edge| half| hand side)? of the (?:picture|image|frame|map)\b"
)
_GRADES = r"(?:strong|moderate|slight|weak|faint|intense|clear|marked|mild|medium)(?:ly|er)?"
_ONE_AND_OTHER = re.compile(
    rf"\b{_GRADES} on one side,? (?:and|but|yet|while) (?:only )?{_GRADES} on the other(?: side| one)?\b"
)
_AWAY_FROM_STILL = re.compile(
    r"\baway from the (?:still|motionless|resting|unmoving|immobile|stationary|quiet) [a-z]+(?: lip| lid| brow)?"
)
_ONE_EXPECTS = re.compile(
    r"^(?!\W*typically)(?=[^;.]*\bis what (?:one|you|we) (?:would )?(?:expects?|sees?|finds?) (?:of|from|with|in|for))"
)
_LEADS = re.compile(
    r"\b(the [a-z ]{3,25}?) (?:leads?|is in front|comes? first|ranks? first),? (?:with )?(the [a-z ]{3,25}?)"
    r" (?:comes|coming|is|follows|following|ranks)(?: next| second| behind| after)?,? and (the [a-z ]{3,25}?)"
    r" (?:comes |coming |is |ranks )?(?:last|third|at the end)\b"
)
# All of one half, and none of the other.
_WHOLE_HALF = re.compile(
    r"\b(?:the|its|his|her) ((?:(?:person|subject|patient|viewer)'s )?)(?:whole|entire|complete)"
    r" ((?:(?:person|subject)'s )?)(left|right) (?:half|side)(?: of the (?:face|picture|image|map))?"
    r"(?= (?:is|stays|remains|rests|shows|lies|keeps)\b)"
)

# What the writer looks at first; which of two is meant; what points to what.
_COMES_FIRST = re.compile(
    r"^(\W*(?:looking|reading|scanning|going|moving|working|starting|proceeding|beginning)\b[^;.]*?) comes first\b"
)
_COLOUR_ONE = re.compile(
    r"(\b(?:and|while|whereas|but)|,) the (?:magenta|pink|red|blue|cyan|green|purple|orange|yellow|yellow-green) one\b"
)
_DOING_MEANS = re.compile(r"\b([a-z]+ing) means (?:that )?(?=au ?\d)")
_HERE_MEANS = re.compile(
    r"\b(half|side|map|picture|image|here|this|which|pattern|patch|spot) means (?:that )?(?=(?:the|both|one|each)\b)"
)
_WITHOUT_DOING = re.compile(
    r" without [a-z]+ing(?: (?:or|and) [a-z]+ing)?(?: (?:up|down|out|in|or|and|outward|inward|upward|downward))*"
    r" (?=(?:is|are|matches|fits|points|suggests|speaks|means|indicates|gives|equals|counts|corresponds|looks)\b)"
)
_BETWEEN_THERE_IS = re.compile(
    r"\bbetween the [a-z ]{3,20}? and the [a-z ]{3,20}? (?:there is|lies|comes|one finds|we find) an? "
)
_TAKING_WITH = re.compile(
    r", (?:taking|pulling|dragging|carrying|bringing) (the [a-z ]{3,20}?) (?:along )?with (?:it|them)\b"
)
_EMOTION_IN_GENERAL = re.compile(
    rf"\b{_EMOTION} (?=(?:also |too |often |usually |typically )*(?:tends?|shares?|calls? for|requires?|involves?"
    r"|includes?|is known|goes with|would (?:also |often |usually |typically )*(?:call|need|require|show|add|involve"
    r"|lift|raise|lower|widen|stretch|press|pull|come with|bring))\b)"
)
_MAY_EXPRESS = re.compile(
    r"\b(?:may|might|can|could) (?:also |well )?(?:express|indicate|signal|suggest|mean|accompany|occur in|go with)"
    rf" (?={_EMOTION},? (?:but|yet|however|although|though)\b)"
)
_DOES_NOT_FIT = re.compile(
    r"\b(au ?\d+) (?:does|do|did)(?: not|n't) fit(?: in)?(?: either| here)?(?=\s*(?:[,.;:]|$|because|since|as\b))"
)
_OFTEN_BUT_ABSENT = re.compile(
    r"\b(au ?\d+),? (?:often|usually|typically|sometimes|commonly|also|frequently)[^,;.]{3,60}?,? but (?:it )?"
    r"(?=(?:is|was) (?:absent|missing|not)|does not|cannot|can't)"
)
_IN_EMOTION = re.compile(rf"\bin {_EMOTION},? (?=(?:it is|it's|the|one|both|you|we|there)\b)")
_DIFFER_MUCH = re.compile(
    r"\bdiffers? (?:a lot|greatly|markedly|strongly|clearly|considerably|a great deal|much) in"
    r" (?:strength|intensity|size|brightness|amplitude)\b"
)
_WHICH_IS_ODD = re.compile(
    r", which is (?:unusual|remarkable|surprising|rare|atypical|notable|odd|striking|uncommon|untypical)\b[^.;]*"
)
_UNIT_ACTS = re.compile(r"\b(au ?\d+) (acts on|works on|affects|concerns)\b")
_STILL_COUNTS = re.compile(
    r"\bstill (?=(?:counts?|fits?|holds?|qualif[a-z]+|speaks?|points?|suggests?|indicates?|means?|gives?|leaves?"
    r"|allows?|supports?|applies|matches)\b)"
)
_EVEN_THOUGH = re.compile(r",? (?:even though|although|though) (?=(?:the|its|their|both|no|neither)\b)")
_UPPER_AND_LOWER = re.compile(r"\b((?:eye)?lids|lips),? both (?:upper and lower|lower and upper),?")
_OPEN_JAW = re.compile(r"\b(?:opened|opening|open) jaw\b|\bjaw (?:is |hangs |hanging )?open\b")
# What the lids alone do.
_WIDENED_EYES = re.compile(r"\b(?:widened|widely opened|wide-open|wide open) eyes\b")
_SEEN_FROM = re.compile(
    r"\b(?:seen|viewed|looked at) from the (person|subject|patient|participant)"
    r"(?:'s (?:side|point of view|perspective))?,? (?:this|it|that) is the (?=left|right)"
)
# A hedge between commas, which leaves what it stands in a claim.
_ONE_MIGHT_GUESS = re.compile(
    r",\s*(?:it (?:could|might|can|may) be (?:argued|said|claimed|guessed)"
    r"|one (?:might|could|may|can) (?:guess|argue|say|think|claim)"
    r"|you (?:could|might) (?:say|argue)|if anything|i would guess|i would say)\s*,"
)
_HARDLY_ANY = re.compile(
    r"\bwith (?:hardly|scarcely|barely|almost) (?:any|no) (?:intensity|strength|force|brightness|vigou?r)\b"
)
_MIDDLE_PART = re.compile(r"\b(its|their|the) (middle|center|centre) (?:part|portion|third|section)\b(?! of)")
_STRONGER_DONE = re.compile(r"\bthe more (?:strongly|intensely|clearly|markedly|vigorously) [a-z]+ed (?=[a-z]+)")
# The rest, with some of what belongs to it.
_REST_STILL = (
    r"(?:\b(?:rest|remainder|remaining [a-z]+|(?:everything|all) else|(?:all )?other (?:regions|areas|parts|zones))"
    r" [^,;.:|]{0,25}?|^\W*|: )\b(?:still|black|dark|at rest|motionless|static|immobile|quiet|unmoved|stationary)"
)
_LISTED = r"([a-z][a-z ]{2,30}(?:, (?:and )?[a-z][a-z ]{2,30}){0,5})"
_REST_INCLUDED = re.compile(
    rf"({_REST_STILL})(?:,| \(|, \() ?(?:including|e g|such as|among them|for example|for instance|notably),? +"
    rf"{_LISTED}(?=[),|\s]*$)"
)
_REST_AND_INCLUDED = re.compile(rf"({_REST_STILL}), {_LISTED} (?:included|as well|among them)(?=\W*$)")
# Where a description begins; what moves at a place that is itself not spoken of.
_STARTS_AT = re.compile(
    r"^\W*(?:starting|beginning|to start|to begin) (?:from|with|at) [^,;.]{3,40}, (?=(?:since|as|because|given that)\b)"
)
_WHAT_MOVES_NEAR = re.compile(
    r"\bwhat(?:ever)? (?:moves|shifts|is moving|is coloured|is colored) (?:beside|near|around|above"
    r"|below|under|at|between) [^,;.]{3,40}? (?=(?:goes|moves|rises|sinks|falls|drops|lifts|climbs|descends|shifts"
    r"|heads|travels)\b)"
)
# A face that is named for its movement, which a muscle or a unit makes.
_PULLED_FACE = re.compile(
    r"\b(?:sneer|grimace|scowl|grin|pout|frown) (?=(?:is|was) (?:produced|made|caused|created|generated|brought about)"
    r" by\b)"
)
# What a sentence before it said of another part; what differs between the sides.
_TAKING_PART_IS_NOT = re.compile(
    r"\bthe (?:[a-z]+ ){1,3}(?:involvement|participation|contribution|component|pattern|share) (?:is|are|was|were) not"
    r"(?=[:;,.]|$)"
)
_OVER_OTHER_SIDE = re.compile(
    r"\b(?:shows?|has|have|displays?|exhibits?) an? (?:[a-z]+ )?(left|right)[ -]over[ -](left|right) (?:asymmetry"
    r"|imbalance|dominance|difference)(?:, (?:and |but |while )?the [a-z ]{3,20} (?:shows? |has |have )?none\b)?"
)
_FLAT_SHAPE = re.compile(r"\b(the|an?|that|this) flat,? (?=(?:[a-z]+,? )?(?:eye)?(?:brows?|lips?|mouth)\b)")
_SO_RIGHT = re.compile(r"^\W*right, (?=(?:so|then|well|now|let|here|first|this|what)\b)")


def _between(found: re.Match[str]) -> str:
    return f"{found[1] or found[2]} {found[3]} and "


def _all_of(found: re.Match[str]) -> str:
    return "they" if found[1] in ("them", "these", "those") else f"all of {found[1]}"


def _had(found: re.Match[str]) -> str:
    return re.sub(r"\bhad\b", "have", found[0])


def _halves_of_forehead(found: re.Match[str]) -> str:
    one, other = ("middle" if word[0] in "mc" else "sides" for word in (found[1], found[2]))
    return f", the {one} of the forehead more strongly than the {other} of the forehead"


def _side_leads(found: re.Match[str]) -> str:
    return f"{found[1]} {found[2]} one being the stronger of the two"


ROUNDABOUT: tuple[tuple[tuple[str, ...], re.Pattern[str], Rewrite], ...] = (
    (("nothing but", "thing other", "thing but", "thing except", "wise than", "other than"), _NOTHING_BUT, "clearly"),
    (("nothing if",), _NOTHING_IF_NOT, "did"),
    (("content to", "do nothing", " out of"), _NOT_CONTENT, "moves"),
    (("kept from", "ed from", "back from"), _NOT_KEPT_FROM, ""),
    (("hardly", "scarcely", "barely", "not exactly", "not really"), _NOT_QUIET, "moving"),
    (("place", "spot", "position"), _OFF_PLACE, "moved"),
    (("no stillness",), _NO_STILLNESS, "motion "),
    (("distinguishable", " told "), _NOT_FROM_ZERO, "motionless"),
    (("fail",), _NONE_FAILS, _all_of),
    (("there ",), _NONE_THAT_NOT, r"the \1 does"),
    (("nor ",), _NOR_WITHOUT, r"and \1 does move"),
    (("nothing ",), _NOTHING_AGAINST, "clearly"),
    (("out of the question",), _NO_QUESTION_OF, "it is not true that"),
    (("nothing ",), _OF_READING, "that fits"),
    (("no doubt",), _NO_DOUBT_THEY, r"\1 \2"),
    (("all but",), _ALL_BUT, "ruled out"),
    (("all but",), _ALL_BUT_SURE, "clear"),
    (("leave",), _NO_ROOM, "point to"),
    (("leave",), _NO_PLACE, "rule out"),
    (("leave",), _LEAVES, "point to "),
    (("without", "absence"), _WITHOUT_MOTION, r", with no \1,"),
    ((" not ", "n't ", "nothing away"), _DOES_NOT_WEAKEN, ", however, "),
    (("own left", "own right"), _OWN, r"\1's "),
    (("prefix", "letter"), _PREFIX, r"\1"),
    ((" ones,",), _AND_NOT_ONES, r", unlike the \1 ones,"),
    (("everything here", "everything there"), _ALL_HERE, "they"),
    (("under", "below", "beneath"), _UNDER_EYE, r"\1\2 under eye area"),
    (("red ",), _RED_LIPS, r"\1"),
    (("follow",), _FOLLOWS, "shifts in the same direction as "),
    (("closest",), _CLOSEST, "is as strong as "),
    (("no gap", "no difference"), _NO_GAP, "as strong as"),
    (("but n", "and n", "yet n", "though n", "if n"), _NOT_ON_OTHER, " alone"),
    ((", unlike",), _UNLIKE_OTHER, " alone"),
    (("there", "that side", "this side"), _ONLY_THERE, " alone"),
    (("other", "opposite"), _NO_TWIN, "alone"),
    (("only",), _ONLY_GOES, "alone "),
    (("belong",), _BELONGS, r"\1 moves at "),
    (("belong",), _WHICH_BELONGS, r"\1 is at "),
    (("spared", "excepted", "excluded", "left out", "uninvolved"), _SPARED, r", but \1 one does not"),
    (("nowhere else",), _HUE_NOWHERE_ELSE, r"\1"),
    (("either side of", "each side of", "both sides of"), _FOLD_OF_NOSE, "nasolabial folds"),
    (("either side", "both side", "each side"), _BOTH_SIDES, "on both sides"),
    (("no difference",), _NO_DIFFERENCE, "evenly"),
    ((" than ",), _LEAST, "the least active"),
    (("ahead", "lead", "in front"), _SIDE_LEADS, _side_leads),
    (("other", "more than one", " else "), _OTHERS_DO_MORE, r"\1 outdone by others"),
    (("other", " else "), _OTHERS_GO_HARDER, "they are outdone by others"),
    (("very ",), _VERY_STRONG, "maximally"),
    (("very ", "lowest", "faintest", "weakest"), _VERY_FAINT, "negligibly"),
    (("and toward",), _TOWARD_NOSE, r"\1 and inward"),
    (("stand",), _STANDS_FOR_UNIT, "speaks for "),
    ((" had ",), _HAD, _had),
    (("where the",), _WHERE_STRONGEST, r"the \1 motion is "),
    (("forehead",), _MORE_AT_SIDES, _halves_of_forehead),
    ((" as in ", " as with ", " as during ", " as for "), _AS_IN, ""),
    ((" which ",), _FOR_WHICH, ""),
    ((" which ",), _LIES_THERE, ""),
    ((" without ",), _OF_ITS_OTHER_PART, " "),
    (("and not of a",), _AND_NOT_OF, ""),
    (("would have ",), _WOULD_HAVE, "if "),
    (("take away", "remove", "subtract", "strip away", "delete"), _TAKEN_AWAY, "if without"),
    (("were it not", "it were not", "it weren't", "but for the", "if not for"), _WERE_IT_NOT, "rule out "),
    (("unit ", "au "), _THAT_UNIT, "typically it "),
    (_EMOTIONS, _EMOTION_DOES, r"\1 typically "),
    (("mistake", "confuse", "take "), _NOT_MISTAKEN_FOR, r"\1, not "),
    ((" out",), _IS_OUT, r"\1 \2 is ruled out"),
    (("weighed", "considered", "checked", "tested", "tried", "entertained"), _WEIGHED_REJECTED, r"\1 "),
    (("fully ", "completely ", "entirely ", "strictly "), _FULLY_SURE, ""),
    (("that worried", "this worried", "worried look"), _WORRIED_LOOK, r"\1 "),
    ((" right",), _CORRECT, r"is\1 so"),
    ((" right ",), _RIGHT_AT, ""),
    (("together",), _TOGETHER_POINT, ""),
    (("in opposite",), _OPPOSITE_PARTS, r"\1 \2"),
    (("meet", "come together", "converge", "combine", "clash", "collide"), _MOTIONS_MEET, r"\1 are"),
    (("open",), _JAW_OPENS, "jaw drops"),
    (("from the ",), _DOWN_TO, _between),
    ((" the farther", " the further", " the more"), _FADES_FARTHER, ""),
    ((" down ",), _FOLD_BESIDE, r"\1 "),
    ((" between ",), _LIPS_BETWEEN, r"\1"),
    (("nothing ",), _NOTHING_SUGGESTS, "there is no sign of"),
    (("midline", "median line", "middle line"), _ON_MIDLINE, "the rest"),
    (("of the picture", "of the image", "of the frame", "of the map"), _HEADS_FOR_SIDE, r"\1 to the \2"),
    ((" comes first",), _COMES_FIRST, r"\1"),
    ((" one ",), _COLOUR_ONE, r"\1 the other one"),
    (("ing means ",), _DOING_MEANS, r"\1 indicates "),
    ((" means ",), _HERE_MEANS, r"\1 indicates that "),
    ((" without ",), _WITHOUT_DOING, " "),
    (("between the ",), _BETWEEN_THERE_IS, "there is a "),
    ((" with it", " with them"), _TAKING_WITH, r" and \1"),
    (_EMOTIONS, _EMOTION_IN_GENERAL, "that look "),
    (_EMOTIONS, _MAY_EXPRESS, "rules out "),
    (("fit",), _DOES_NOT_FIT, r"\1 is ruled out"),
    ((" but ",), _OFTEN_BUT_ABSENT, r"\1, "),
    (_EMOTIONS, _IN_EMOTION, "typically "),
    (("differ",), _DIFFER_MUCH, "are uneven"),
    ((", which is ",), _WHICH_IS_ODD, ""),
    ((" acts on", " works on", " affects", " concerns"), _UNIT_ACTS, r"\1 typically \2"),
    (("still ",), _STILL_COUNTS, ""),
    (("though ", "although "), _EVEN_THOUGH, ", however, "),
    (("both upper", "both lower"), _UPPER_AND_LOWER, r"\1"),
    (("jaw",), _OPEN_JAW, "dropped jaw"),
    ((" eyes",), _WIDENED_EYES, "raised upper lids"),
    ((" from the ",), _SEEN_FROM, r"this is the \1's "),
    ((", it ", ", one ", ", you ", ", if anything", ", i would"), _ONE_MIGHT_GUESS, " perhaps"),
    (("with hardly", "with scarcely", "with barely", "with almost"), _HARDLY_ANY, "very weakly"),
    (("middle ", "center ", "centre "), _MIDDLE_PART, r"\1 \2"),
    (("the more ",), _STRONGER_DONE, "the stronger "),
    (
        ("includ", " e g ", "such as", "for example", "for instance", "notably", "among"),
        _REST_INCLUDED,
        r"\1, and \2 rest",
    ),
    (("included", "as well", "among them"), _REST_AND_INCLUDED, r"\1, and \2 rest"),
    (("start", "begin"), _STARTS_AT, ""),
    (("what",), _WHAT_MOVES_NEAR, "some skin "),
    ((" by ",), _PULLED_FACE, "movement "),
    (("is not", "are not", "was not", "were not"), _TAKING_PART_IS_NOT, ""),
    (("over",), _OVER_OTHER_SIDE, r"moves more strongly on the \1 than on the \2"),
    ((" flat",), _FLAT_SHAPE, r"\1 "),
    (("right, ",), _SO_RIGHT, ""),
    (("on one side",), _ONE_AND_OTHER, "uneven"),
    (("away from the ",), _AWAY_FROM_STILL, "away"),
    (("is what ",), _ONE_EXPECTS, "typically "),
    (("leads", "in front", "first"), _LEADS, r"\1 moves more strongly than \2 and \2 moves more strongly than \3"),
    (("whole", "entire", "complete"), _WHOLE_HALF, r"everything on the \1\2\3"),
)
