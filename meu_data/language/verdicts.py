"""Chinese sayings put plainly, above all those whose verdict stands at their end.

若说眉毛没动，则与图不符 is 并不是说眉毛没动.

What stands for them is as long as they are, so that every sign of a text keeps its place.
"""

import re
from functools import cache, partial

from meu_data.language.words import data

_END = r"(?=[,;。.!?\n]|$)"
# A verdict on what is not said of a unit; those have their own.
_WHAT = r"((?:(?!au|[,;:。.!?\n]).){2,30}?)"


def plainly(text: str) -> str:
    """A text in small letters with such sayings put plainly, each sign in its place."""
    for hint, pattern, instead in _patterns():
        if hint.search(text):
            text = pattern.sub(partial(_fill, instead), text)
    return text


def _fill(instead: str, found: re.Match[str]) -> str:
    """What stands for a saying, as long as it was."""
    return found.expand(instead).ljust(len(found[0]))


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], re.Pattern[str], str], ...]:
    """Of each what has to stand in the text, the pattern, and what stands for it."""
    signs = data("zh")["verdicts"]
    words = {name: f"(?:{sign})" for name, sign in signs.items()}
    very = f"{words['very']}*"
    untrue = f"{very}(?:{words['untrue']}|{words['measured']}{very}{words['against']})(?: ?[的了])?{_END}"
    any_untrue = re.compile(f"{words['untrue']}|{words['against']}")
    said = f"(?:{words['supposing']}(?:有人)?{words['saying']}|(?<![能好敢可是并]){words['flatly']})"
    return (
        (any_untrue, re.compile(rf"{words['omitting']}\s?(au\s?[0-9]{{1,2}}){untrue}"), r"还应加上\1"),
        (any_untrue, re.compile(f"{said}{_WHAT}[, ]?{untrue}"), r"并不是说\1"),
        # 将眉毛判为静止是错的
        (
            any_untrue,
            re.compile(f"[将把]{_WHAT}{words['judging']}{words['becoming']}{_WHAT}{untrue}"),
            r"并不是说\1\2",
        ),
        # 所谓嘴角上扬其实并不存在
        (
            re.compile(words["called"]),
            re.compile(f"{words['called']}{_WHAT}{words['cleft']}?{very}(?:{words['untrue']}|{words['unreal']}){_END}"),
            r"并不是说\1",
        ),
        # 支持AU4的是嘴角上扬, AU4由嘴角上扬体现
        (re.compile("au"), re.compile(rf"{words['supporting']}(au ?[0-9]{{1,2}})的是"), r"\1的依据是"),
        (
            re.compile("由"),
            re.compile(rf"(au ?[0-9]{{1,2}}(?:\([^()]*\))?)由([^,;:。.\n]{{2,14}}?){words['showing']}"),
            r"\1依据为\2",
        ),
        # 右重左轻
        (
            re.compile(words["heavy"]),
            re.compile(
                f"(?<=[左右]){words['heavy']}(?=[左右]{words['light']})|(?<={words['light']}[左右]){words['heavy']}"
            ),
            "强",
        ),
        # 以右侧眉头为主
        (
            re.compile("以[左右]"),
            re.compile(f"以([左右](?![左右])[^,;:。.\\n]{{0,6}}?){words['mainly']}"),
            r"\1更强",
        ),
        # 方向方面，眉头与下巴一致
        (
            re.compile("方向"),
            re.compile(f"方向{words['aspect']}[, ]?([^,;:。.\\n]{{2,10}}?)({words['alike']})"),
            r"\1方向\2",
        ),
        # 左眉头较右眉头更弱
        (
            re.compile("较"),
            re.compile(f"较(?!为|于|之|比)([^,;:。.\\n]{{1,8}}?)(?={words['more']}{words['degree']})"),
            r"比\1",
        ),
        (
            any_untrue,
            re.compile(f"(?<![^,;:。.!?\\n]){_WHAT}{words['this']}{words['claim']}{untrue}"),
            r"并不是说\1",
        ),
        # 动的其实是右嘴角
        (re.compile("的"), re.compile(f"的{words['cleft']}([是为])"), r"的\1"),
        # 最亮的地方，落在眉头上
        (
            re.compile("最"),
            re.compile(rf"(最[^,;:。.\n]{{1,8}}{words['place']})[, ]\s?(?=[只就都均是]?{words['at']})"),
            r"\1",
        ),
        # 下唇离开静止的上唇而下移
        (re.compile(words["leaving"]), re.compile(f"{words['leaving']}(?:{words['at_rest']}的)?{words['lip']}而?"), ""),
        # 嘴靠下颌落下而张开
        (re.compile("张开"), re.compile(f"({words['jaw_falls']}){words['opening']}"), r"\1"),
        # 虽位于嘴角附近，却没有信号
        (re.compile(words["nearby"]), re.compile(rf"{words['nearby']}[^,;。.\n]{{1,8}}(?:附近|旁边|之间),?"), ""),
        # 没法往哪种情绪上靠
        (re.compile("上靠"), re.compile(words["lean"]), signs["classed"]),
        # 轻蔑往往只有一侧嘴角活动
        (re.compile(words["moods"]), re.compile(f"{words['moods']}{words['often']}(?=[^,;。是])"), signs["usually"]),
        # 下唇与上唇分离
        (
            re.compile(words["parting"]),
            re.compile(f"{words['lip']}[与和同跟]{words['lip']}{words['each_other']}?{words['parting']}"),
            signs["lips_parted"],
        ),
        # 额部其余两区
        (
            re.compile(words["left_over"]),
            re.compile(f"[^,;:。.、\\s]{{1,4}}?的?{words['left_over']}[各几两三四]?个?{words['zones']}"),
            signs["other_zones"],
        ),
        # 眉毛下压单元
        (re.compile("单元"), re.compile(words["brow_lowering"]), "au4"),
        # 有色的嘴角在右半脸，某色的那个在左半脸
        (
            re.compile("色的那"),
            re.compile(f"([,;])(?:而)?{words['of_colour']}(?!{words['of_face']})"),
            rf"\1{signs['another']}",
        ),
        # 按 legend
        (re.compile(words["legend"]), re.compile(f"{words['by']} ?{words['legend']}"), ""),
    )
