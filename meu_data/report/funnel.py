"""How many samples each stage got and passed on, and why the others were lost."""

import re
from collections import Counter
from typing import NamedTuple

from meu_data.records import Problem
from meu_data.report.tables import Cell, Say, Section, Table, words
from meu_data.status import Status

# What differs from sample to sample in a reason: quoted words, paths and numbers.
_PARTICULAR = re.compile(r"'[^']*'|\"[^\"]*\"|\S*[/\\]\S*|\b\S*\d\S*")
_LISTED = 300


class Passed(NamedTuple):
    """Samples behind a stage, of those before it."""

    rendered: int
    trusted: int
    drafted: int
    checked: int
    sound: int
    reviewed: int
    kept: int


class ReasonCounts:
    """The problems by stage and by what their reasons have in common; the first of each kind is its example."""

    def __init__(self) -> None:
        self.listed: list[Problem] = []
        self.by_stage: Counter[str] = Counter()
        self._kinds: Counter[tuple[str, str]] = Counter()
        self._first: dict[tuple[str, str], Problem] = {}

    def add(self, problem: Problem) -> None:
        """Counts one problem."""
        kind = problem.stage, " ".join(_PARTICULAR.sub("…", problem.reason).split())
        self.by_stage[problem.stage] += 1
        self._kinds[kind] += 1
        self._first.setdefault(kind, problem)
        if len(self.listed) < _LISTED:
            self.listed.append(problem)

    def kinds(self) -> list[tuple[str, int, Problem]]:
        """Stage, how often, and an example of each kind; the most frequent of a stage first."""
        order = sorted(self._kinds.items(), key=lambda one: (one[0][0], -one[1], one[0][1]))
        return [(kind[0], count, self._first[kind]) for kind, count in order]


def funnel_section(say: Say, status: Status, passed: Passed, reasons: ReasonCounts) -> Section:
    """The stages as a table: what came in, what came out."""
    refused = reasons.by_stage["extract"]
    steps = (
        (say("rows of the sheets", "标注表行数"), status.samples + refused, ""),
        (say("samples", "样本"), status.samples, "extract"),
        (say("with a usable apex", "有可用的顶点帧"), status.samples - status.waiting, "spot"),
        (say("with a map", "已有运动图"), passed.rendered, "render"),
        (say("with a map to be trusted (.5 or more)", "运动图可信（不低于0.5）"), passed.trusted, "render"),
        (say("with a draft", "已有草稿"), passed.drafted, "draft"),
        (say("with a checked draft", "草稿已核对"), passed.checked, "verify"),
        (say("with a draft without a serious flag", "草稿无严重问题"), passed.sound, "verify"),
        (say("reviewed", "已校对"), passed.reviewed, "pull"),
        (say("kept by the reviewers", "校对后保留"), passed.kept, "pull"),
    )
    most = max(steps[0][1], 1)
    rows = []
    before = steps[0][1]
    for name, count, stage in steps:
        lost = before - count
        told = f"{lost}" if stage and lost > 0 else ""
        why = f"{reasons.by_stage[stage]}" if stage and reasons.by_stage[stage] else ""
        rows.append([Cell(name), Cell(f"{count}", bar=count / most), *words(told, stage, why)])
        before = count
    head = [
        say("step", "步骤"), say("samples", "样本数"), say("fewer than before", "比上一步少"),
        say("stage", "命令"), say("problems of the stage", "该阶段的问题数"),
    ]  # fmt: skip
    why_rows = [
        words(f"{stage}: {example.reason}", count, example.sample_id or example.file) for stage, count, example in
        reasons.kinds()
    ]  # fmt: skip
    reasons_told = Table(
        say("Why: the reasons told, alike ones counted together", "原因：相近的合并计数"),
        [say("stage and reason (of the first)", "阶段与原因（首例）"), say("how often", "次数"), say("first", "首例")],
        why_rows,
    )
    stages = Table(say("From the sheet to the reviewed sample", "从标注表到校对完成"), head, rows)
    intro = say(
        "What reached each step. Fewer may mean lost (a problem says why) or not done yet.",
        "到达每一步的样本数。变少可能是出了问题（见原因），也可能只是尚未进行。",
    )
    return Section("funnel", say("Stages", "各阶段"), intro, [stages, *([reasons_told] if why_rows else [])])


def problems_section(say: Say, reasons: ReasonCounts) -> Section:
    """Every problem, as `meu-data problems` lists them."""
    total = reasons.by_stage.total()
    rows = [words(one.sample_id or one.file, one.stage, one.file, one.row, one.reason) for one in reasons.listed]
    head = [
        say("sample", "样本"), say("stage", "阶段"), say("file", "文件"), say("row", "行"), say("reason", "原因"),
    ]  # fmt: skip
    left = total - len(rows)
    note = say(f"and {left} more: `meu-data problems`", f"另有{left}条：meu-data problems") if left else ""
    table = Table(say("What could not be done", "未能完成的事项"), head, rows, note, tall=True)
    return Section(
        "problems",
        say("Problems", "问题"),
        say(f"{total} problems.", f"共{total}条。"),
        [table] if rows else [],
        say("There are no problems.", "没有问题。"),
    )
