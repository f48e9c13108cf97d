"""What the drafts cost: calls, tokens and money by model."""

from collections.abc import Sequence

from meu_data.report.tables import Cell, Say, Section, Table, words
from meu_data.store.attempts import ModelSpending


def money_section(say: Say, models: Sequence[ModelSpending]) -> Section:
    """The calls to each model."""
    title = say("Money and tokens", "费用与词元")
    if not models:
        return Section("money", title, "", empty=say("No model was called.", "未调用过模型。"))
    most = max(one.usd for one in models)
    rows = [
        [
            *words(one.model, one.calls, one.answered, one.unknown, one.in_flight),
            *words(one.input_tokens, one.cached_tokens, one.output_tokens, one.thinking_tokens),
            Cell(f"{one.usd:.4f}", bar=one.usd / most if most else 0),
            *words(f"{one.unknown_usd:.4f}", f"{one.in_flight_usd:.4f}", one.priced_as_of or "–"),
        ]
        for one in models
    ]
    head = [
        say("model", "模型"), say("calls", "调用"), say("answered", "已答"), say("maybe billed", "可能计费"),
        say("under way", "进行中"), say("tokens in", "输入词元"), say("of them cached", "其中缓存"),
        say("tokens out", "输出词元"), say("thinking", "思考词元"), "USD", say("of it maybe billed", "其中可能计费"),
        say("under way, estimated", "进行中（估计）"), say("price as of", "价格日期"),
    ]  # fmt: skip
    total = sum(one.usd for one in models)
    return Section(
        "money",
        title,
        say(
            f"{total:.4f} USD in all, estimates of calls that may have been billed included.",
            f"共{total:.4f}美元，含可能计费调用的估计。",
        ),
        [Table(say("By model", "各模型"), head, rows)],
    )
