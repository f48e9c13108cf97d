"""The Chinese words that offline drafts are put together from; `{}` fields are filled by `prose_zh`."""

from meu_data.drafting.offline.patterns import Step
from meu_data.face.regions import Intensity, Side
from meu_data.grounding.evidence import AuFinding

SIDES: dict[Side | None, str] = {"left": "左", "right": "右", None: ""}
VERBS: dict[str, tuple[str, ...]] = {
    "up": ("向上移动", "上提", "上移"),
    "down": ("向下移动", "下移", "下压"),
    "out": ("向外侧移动", "向外拉伸"),
    "in": ("向内侧移动", "向内收拢"),
    "up-out": ("向外上方移动", "向外上方提拉"),
    "down-out": ("向外下方移动",),
    "up-in": ("向内上方移动",),
    "down-in": ("向内下方移动", "向内下方收拢"),
}
STRENGTH: dict[Intensity, tuple[str, ...]] = {
    "slight": ("轻微", "略微", "稍稍"),
    "moderate": ("明显", "较为明显地", "清楚地"),
    "strong": ("显著", "大幅", "强烈地"),
}
# How strong each side is, where the two differ.
SIDE_STRENGTH: dict[Intensity, str] = {"slight": "较弱", "moderate": "较明显", "strong": "很强"}
COLOURED = ("，呈{}", "，颜色为{}", "（{}）")
COLOURED_BY_SIDE = ("，左侧呈{}、右侧呈{}", "（左侧{}，右侧{}）")

STILL = (
    "去除头部整体运动后，面部各区域均未见超出噪声水平的局部运动",
    "除已去除的头部整体运动外，面部没有任何区域的运动超出噪声水平",
)
STILL_WHERE_SEEN = (
    "去除头部整体运动后，图中可以判断的部位均未见超出噪声水平的局部运动",
    "除已去除的头部整体运动外，凡可判断的部位都没有超出噪声水平的运动",
)
UNJUDGED = (
    "本图无法判断，面部各区域均不可测",
    "面部没有任何区域可测，本图无法判断",
)
WEAK = (
    "图中只有零散而微弱的运动，亮度过低或方向杂乱，无法判读为面部动作",
    "图中的运动或者很弱，或者没有一致的方向，都不足以判读",
)
OPENINGS = (
    "排除头部整体运动后，图中的局部运动主要集中在{}",
    "忽略亮度较低的区域和头部整体运动，值得注意的颜色出现在{}",
    "从颜色分布看，有意义的局部运动位于{}",
    "图中可供判读的局部运动集中于{}",
    "去除头部运动的影响后，颜色变化最引人注意的部位是{}",
)
MANY_ZONES = ("图中面部多处同时出现运动", "图中的运动遍及面部多个区域")
BRIGHTEST = "，其中{}最亮"
PICTURE_SIDES = "（左右均以画面为准）"
PERSON_SIDES = ("人物面向镜头，被摄者左侧即画面右侧", "由于人物正对镜头，被摄者的左侧位于画面右侧")
BLANK = ("编码员未对该片段标注任何AU", "该片段没有AU标注")

SEEN = (
    "{clause}，对应{aus}",
    "{clause}，符合{aus}的运动特征",
    "{clause}，可判读为{aus}",
    "{aus}的表现十分直观：{clause}",
    "{clause}，这正是{aus}的运动方式",
    "{clause}，提示{aus}",
)
SEEN_WEAK = (
    "{clause}，幅度虽小，仍与{aus}相符",
    "{aus}表现得较轻微：{clause}",
    "{clause}，尚可辨认为{aus}",
    "{clause}，与{aus}一致",
)
LACKING: dict[AuFinding, tuple[str, ...]] = {
    "unseen": (
        "{aus}在{where}未见明显运动，依编码员的标注予以保留",
        "至于{aus}，{where}没有清晰的颜色变化，此处以编码员的标注为准",
        "{where}未呈现{aus}应有的运动，该判断依据编码员的标注",
    ),
    "unfitting": (
        "{aus}在{where}缺乏与其相符的运动，仅依编码员的标注予以保留",
        "{aus}在{where}缺乏相符的运动，保留编码员的标注",
    ),
    "hidden": (
        "图中{where}无法判断，{aus}依编码员的标注予以保留",
        "至于{aus}，{where}在图中无法判断，此处以编码员的标注为准",
    ),
    "head": (
        "{aus}属于头部整体运动，已从图中去除，依编码员的标注予以保留",
        "由于图中已去除头部整体运动，{aus}无法由此图判断，以编码员的标注为准",
    ),
    "unmapped": (
        "{aus}不会在图上形成特定的皮肤运动，依编码员的标注予以保留",
        "{aus}无法从此图中读出，以编码员的标注为准",
    ),
}
CONTRARY = (
    "{clause}，与{aus}的预期方向不一致，该AU仅依编码员的标注予以保留",
    "就{aus}而言，图中所见却是{clause}，方向与预期不同，因此以编码员的标注为准",
)
BLINK = ("{clause}，形似眨眼，不作为AU的证据", "{clause}，应为眨眼动作，不计入AU判断")
CARRIED = ("{clause}，应是受邻近部位带动", "{clause}，多半是随相邻皮肤一同移动")
UNEXPLAINED = ("{clause}，但已标注的AU均不能解释这一运动", "{clause}，此处仅如实记录，不归入已标注的AU")
UNSCORED = ("{clause}，此处仅作记录", "{clause}，这一运动较为清楚，如实记录")
LID_DOUBT = "，不过单凭上眼睑的运动尚不足以与眨眼区分"
DRIFT = (
    "面部大部分区域还朝同一方向漂移，应为残余的头部运动，不予判读",
    "面部整体的同向漂移归因于头部运动，不作为面部动作判读",
)

INFERENCE: dict[Step, tuple[str, ...]] = {
    "blank": (
        "由于没有AU标注，仅凭面部运动无法确定情绪，“{emotion}”这一标签取自编码员对整个片段的判断",
        "该片段未标注AU，不足以由面部动作推断情绪，此处沿用编码员给出的“{emotion}”标签",
    ),
    "others": (
        "{aus}{together}不构成任何一种基本情绪的典型表现，因此归入“其他”",
        "由{aus}无法推出某一种基本情绪，该片段标注为“其他”",
    ),
    "against": (
        "仅凭{aus}并不能指向{emotion}，该标签依据编码员的判断及情境信息",
        "{aus}本身并非{emotion}的典型表现，“{emotion}”这一标签来自编码员结合情境作出的判断",
    ),
    "only shut": ("{aus}属于闭眼动作，不作为情绪证据，“{emotion}”为编码员给出的标签",),
    "scored": (
        "依编码员的标注而非图中所见，{aus}{together}指向{emotion}",
        "{aus}{together}是{emotion}的典型表现，不过此处的依据是编码员的标注，图中并未显示",
    ),
    "for": (
        "{aus}{together}是{emotion}的典型表现",
        "{aus}{together}指向{emotion}",
        "从面部动作看，{aus}{together}常见于{emotion}",
    ),
    "bystanders": (
        "{aus}并非{emotion}的常见表现，对判断影响不大",
        "{aus}对这一判断既无明显支持，也不构成矛盾",
    ),
    "shut": ("{aus}属于闭眼动作，不作为情绪证据",),
}
UNLABELLED = ("该片段没有情绪标注，因此不作情绪推断",)
CONCLUDE_UNLABELLED = ("结论：涉及的动作单元有{aus}。情绪没有标注",)
CONCLUDE_UNLABELLED_BLANK = ("综上，仅描述面部运动，AU与情绪均未标注",)
CONCLUDE_BLANK = ("该片段没有AU标注，微表情为{emotion}", "综上，未标注AU，微表情类别为{emotion}")
CONCLUDE = (
    "综上，面部动作单元为{aus}，微表情为{emotion}",
    "结论：涉及的动作单元有{aus}，该微表情表达的是{emotion}",
    "综合以上分析，该片段包含{aus}，微表情类别为{emotion}",
)
CONCLUDE_OTHERS_BLANK = ("综上，未标注AU，微表情类别为“其他”",)
CONCLUDE_OTHERS = ("综上，面部动作单元为{aus}，微表情类别为“其他”",)
