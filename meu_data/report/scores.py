"""What models scored: result files of `meu-data evaluate`, as tables."""

from collections.abc import Iterator, Sequence

from meu_data.choices import Language
from meu_data.evaluate.result import EvaluationResult, Interval
from meu_data.face.emotions import EMOTION_NAMES
from meu_data.report.tables import Cell, Say, Section, Table, figure, shaded, words


def scores_section(say: Say, lang: Language, results: Sequence[EvaluationResult]) -> Section:
    """All results side by side, then the classes, confusions, AUs and groups of each."""
    title = say("Evaluation", "评测")
    empty = say(
        "No result was named: `meu-data report --scores FILE` takes what `meu-data evaluate --out FILE` wrote.",
        "未指定评测结果：meu-data report --scores接受meu-data evaluate --out写出的文件。",
    )
    if not results:
        return Section("scores", title, "", empty=empty)
    intro = say(
        "Shares, 0 to 1, of all samples; what could not be read counts as wrong. In brackets: 95 %, by resampling "
        "subjects. Compare only results with the same samples and classes.",
        "以全部样本计，0到1；未能读出的算错。括号内为按被试重采样的95%区间。样本与类别相同时才可比较。",
    )
    tables = [_overview(say, results)]
    for result in results:
        tables += _details(say, lang, result)
    return Section("scores", title, intro, tables)


def _overview(say: Say, results: Sequence[EvaluationResult]) -> Table:
    rows = [
        [
            *words(one.name, one.gold, one.class_set or len(one.classes), one.samples, one.subjects),
            *(_scored(getattr(one, name), one.intervals.get(name)) for name in ("acc", "uf1", "uar")),
            *words(sum(one.unread.values()), one.other_emotion),
            *words(figure(one.aus.macro.f1 if one.aus else None, 3)),
            *words(figure(one.grounding.true if one.grounding else None, 3)),
            *words(*((figure(one.texts.bleu), figure(one.texts.rouge1)) if one.texts else ("–", "–"))),
        ]
        for one in results
    ]
    head = [
        say("result", "结果"), say("compared with", "对照"), say("classes", "类别"), say("samples", "样本数"),
        say("subjects", "被试数"), "ACC", "UF1", "UAR", say("not read", "未读出"), say("other emotion", "其他情绪"),
        say("AU F1, macro", "AU F1（宏平均）"), say("statements true", "语句属实"), "BLEU", "ROUGE-1",
    ]  # fmt: skip
    return Table(say("Results", "结果"), head, rows)


def _details(say: Say, lang: Language, one: EvaluationResult) -> Iterator[Table]:
    measures = [say("precision", "精确率"), say("recall", "召回率"), "F1", say("samples", "样本数")]
    rows = [
        [*words(_class(each.name, lang), figure(each.precision, 3), figure(each.recall, 3)), _scored(each.f1, None),
         *words(each.support)]
        for each in one.per_class
    ]  # fmt: skip
    yield Table(say(f"{one.name}: classes", f"{one.name}：各类别"), [say("class", "类别"), *measures], rows)
    names = [_class(name, lang) for name in one.classes]
    columns = [*names, say("other", "其他"), say("not read", "未读出")]
    rows = [
        [Cell(name), *(shaded(count, max(sum(row), 1)) for count in row)]
        for name, row in zip(names, one.confusion, strict=True)
    ]
    note = say("A row is shaded by its share of the class.", "深浅表示占该类别的比例。")
    caption = say(f"{one.name}: labelled (rows) and said (columns)", f"{one.name}：标签（行）与判断（列）")
    yield Table(caption, [say("label", "标签"), *columns], rows, note)
    if one.aus:
        rows = [
            [*words(each.name, figure(each.precision, 3), figure(each.recall, 3)), _scored(each.f1, None),
             *words(each.support)]
            for each in one.aus.per_au
        ]  # fmt: skip
        yield Table(say(f"{one.name}: AUs", f"{one.name}：AU"), ["AU", *measures], rows)
    for group in one.groups:
        rows = [
            [*words(part.name, part.samples), *(_scored(value, None) for value in (part.acc, part.uf1, part.uar))]
            for part in (*group.parts, group.mean)
        ]
        caption = say(f"{one.name}: by {group.by}", f"{one.name}：按{group.by}")
        yield Table(caption, [group.by, say("samples", "样本数"), "ACC", "UF1", "UAR"], rows, tall=len(rows) > 20)


def _scored(value: float, interval: Interval | None) -> Cell:
    told = "" if interval is None else f" [{interval[0]:.3f}, {interval[1]:.3f}]"
    return Cell(f"{value:.3f}{told}", bar=value)


def _class(name: str, lang: Language) -> str:
    names = EMOTION_NAMES.get(name)
    return names[lang] if names else name
