"""The corpus's own splits and those of exports: their size, and who and what stands on both sides."""

from collections.abc import Sequence
from pathlib import Path

from meu_data.export.about.facts import ExportFacts
from meu_data.export.samples.leaks import LeakReport
from meu_data.report.tables import Say, Section, Table, bars, words


def leaks_section(say: Say, found: LeakReport, exports: Sequence[tuple[Path, ExportFacts]] = ()) -> Section:
    """Sizes of the splits, and what they share; what each export has and what was found to leak there."""
    rows = [
        [*row, *words(size.subjects)]
        for row, size in zip(
            bars((name, size.samples) for name, size in found.splits.items()), found.splits.values(), strict=True
        )
    ]
    head = [say("split", "划分"), say("samples with a map", "有图样本数"), say("subjects", "被试数")]
    tables = [Table(say("Size of the splits", "划分大小"), head, rows)] if rows else []
    if found.subjects:
        shared = [
            words(f"{one.corpus} {one.subject}", ", ".join(f"{split} {count}" for split, count in one.samples.items()))
            for one in found.subjects
        ]
        head = [say("subject", "被试"), say("samples by split", "各划分样本数")]
        tables.append(Table(say("Subjects in several splits", "出现在多个划分的被试"), head, shared, tall=True))
    if found.frames:
        same = [words(one.first, one.second, ", ".join(one.splits)) for one in found.frames]
        head = [say("sample", "样本"), say("sample", "样本"), say("splits", "划分")]
        tables.append(Table(say("The same frame in several splits", "多个划分中的相同帧"), head, same, tall=True))
    if exports:
        none = {True: say("none", "无"), False: say("one split", "单一划分")}
        rows = [
            words(
                path.resolve().name, facts.style, facts.format, facts.samples, facts.people,
                ", ".join(f"{split} {count}" for split, count in facts.rows.items()),
                "; ".join(facts.leaks.found) or none[facts.leaks.compared],
            )
            for path, facts in exports
        ]  # fmt: skip
        head = [
            say("export", "导出"), say("style", "样式"), say("for", "用途"), say("samples", "样本数"),
            say("subjects", "被试数"), say("rows by split", "各划分行数"),
            say("leaks: people, frames, faces", "泄漏：被试、帧、人脸"),
        ]  # fmt: skip
        tables.append(Table(say("Exports", "导出"), head, rows))
    if not found.compared:
        intro = say("There is one split: nothing can leak.", "仅有一个划分，不存在泄漏。")
    else:
        intro = say(
            f"{found.subjects_total} subjects and {found.frames_total} frames are in several splits. `meu-data export` "
            "also compares faces, and refuses what leaks by its own splits.",
            f"{found.subjects_total}名被试、{found.frames_total}帧出现在多个划分。"
            "meu-data export还会比对人脸，并拒绝其划分中的泄漏。",
        )
    return Section(
        "leaks", say("Splits and leaks", "划分与泄漏"), intro, tables, say("There are no maps yet.", "尚无运动图。")
    )
