"""Chinese sayings whose verdict stands at their end, put plainly: 若说眉毛没动，则与图不符 is 并不是说眉毛没动.

What stands for them is as long as they are, so that every sign of a text keeps its place.
"""

import re

_VERY = (
    "(?:[是就也都则却并可便那这为会将属系即很]|恐怕|显然|明显|未免|实在|完全|根本|纯属|属于|并非|这|的话|无疑|当然| )*"
)
_UNTRUE = (
    "(?:不(?:太|够|大|能|会)?(?:成立|对|准确|正确|属实|符合(?:事实|图像|图|实际|测量|所见|实情)?|恰当|妥当|真实|可信|可靠)"
    "|说不通|说不过去|讲不通|站不住脚?|不实|失实|有误|有错|不攻自破|无法成立|难以成立|未必成立"
    "|(?:与|和|跟)(?:本|此|该)?(?:运动图|光流图|图像|图|画面|事实|实际|实情|所见|测量|测得|数据|观察)(?:所示|所见|结果|情况)?"
    f"{_VERY}(?:不符|不一致|相悖|相左|矛盾|不合|冲突|相反|不吻合)"
    "|错误?的?|假的?|误判|误读|误解|误会|谬误|wrong|false|incorrect|untrue|mistaken|not (?:true|correct|right))(?: ?[的了])?"
)
_END = r"(?=[,;。.!?\n]|$)"
# A verdict on what is not said of a unit; those have their own.
_WHAT = r"((?:(?!au|[,;:。.!?\n]).){2,30}?)"
_IF_SAID = re.compile(
    "(?:(?:若要|若是|若|如果|倘若|假如|要是|真要|硬要|非要|要)(?:有人)?(?:说成?|认为|断言|判定|声称|称|讲)"
    f"|(?<![能好敢可是并])(?:说(?![明法成服])|认为|断言|判定|声称|以为)){_WHAT}[, ]?{_VERY}{_UNTRUE}{_END}"
)
_CLAIM = re.compile(
    f"(?<![^,;:。.!?\\n]){_WHAT}(?:的|这一|这种|这个|之类的?)(?:说法|判断|看法|结论|观点|论断|描述|印象|断言|认定|推断|想法|表述|讲法)"
    f"{_VERY}{_UNTRUE}{_END}"
)
_OMITTED = re.compile(rf"(?:不加上?|不编|不编码|漏掉|漏编|去掉|省去)\s?(au\s?[0-9]{{1,2}}){_VERY}{_UNTRUE}{_END}")
# 动的其实是右嘴角
_CLEFT = re.compile("的(其实|实际上|事实上|实则|恰恰|恰好|正好|反而|反倒)(是|为)")
# 最亮的地方，落在眉头上
_MOST_AT = re.compile(
    r"(最[^,;:。.\n]{1,8}(?:地方|部位|位置|区域|之处|点|处))[, ]\s?(?=[只就都均是]?(?:落在|出现在|位于|集中在|集中于|当属|要数|属于|在|是))"
)
# 按 legend
_BY_LEGEND = re.compile(
    "(?:按照?|根据|依据?|依照|对照|参照|参考|结合) ?(?:legend|color wheel|colour wheel|图例|色轮|色环|颜色编码)"
)
_HINTS = (
    *(
        "不",
        "误",
        "错",
        "假",
        "失实",
        "难以成立",
        "无法成立",
        "相悖",
        "相左",
        "矛盾",
        "冲突",
        "相反",
        "站",
        "wrong",
        "false",
    ),
    *("incorrect", "untrue", "mistaken", "not "),
)


def plainly(text: str) -> str:
    """A text in small letters with such sayings put plainly, each sign in its place."""
    if any(hint in text for hint in _HINTS):
        text = _OMITTED.sub(lambda found: _fill(found, f"还应加上{found[1]}"), text)
        text = _IF_SAID.sub(lambda found: _fill(found, f"并不是说{found[1]}"), text)
        text = _CLAIM.sub(lambda found: _fill(found, f"并不是说{found[1]}"), text)
    if "的" in text:
        text = _CLEFT.sub(lambda found: _fill(found, f"的{found[2]}"), text)
    if "最" in text:
        text = _MOST_AT.sub(lambda found: _fill(found, found[1]), text)
    return _BY_LEGEND.sub(lambda found: _fill(found, ""), text)


def _fill(found: re.Match[str], instead: str) -> str:
    """What stands for a saying, as long as it was."""
    return instead.ljust(len(found[0]))
