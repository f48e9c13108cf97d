"""What the reviewers did: how much they changed, how far they agree, what they commented."""

from collections.abc import Mapping

from meu_data.records import Review
from meu_data.report.tables import Cell, Say, Section, Table, figure, share, words
from meu_data.review.verdicts.agreement import AgreementReport
from meu_data.review.verdicts.statistics import Spread

_COMMENTS = 300


class Comments:
    """The first comments, by sample; all are counted."""

    def __init__(self) -> None:
        self.listed: list[Review] = []
        self.total = 0

    def add(self, review: Review) -> None:
        """Notes what a person wrote, if anything."""
        if review.comment.strip():
            self.total += 1
            if len(self.listed) < _COMMENTS:
                self.listed.append(review)


def people_section(say: Say, found: AgreementReport, comments: Comments, names: Mapping[str, str]) -> Section:
    """Edits, agreement, what became of the drafts, the people, and their comments."""
    title = say("Reviewers", "校对")
    if not found.reviews:
        return Section("people", title, "", empty=say("There are no reviews yet.", "尚无校对。"))
    stages = (say("motion", "运动"), say("inference", "推断"), say("conclusion", "结论"), say("all texts", "全文"))
    edits = [
        words(
            _group(say, group.group), group.reviews,
            *map(_both, (group.motion_analysis, group.expression_inference, group.conclusion, group.texts)),
        )
        for group in (found.distances, *found.distances_by_annotator, *found.distances_by_model)
    ]  # fmt: skip
    asked = [
        words(name, figure(one.alpha, 3), one.samples)
        for name, one in (
            (say("whether to keep the sample", "是否保留样本"), found.keeping),
            (say("emotion", "情绪"), found.emotion),
            *((one.label, one) for one in found.aus if one.alpha is not None),
        )
    ]
    judged = [
        [
            *words(_group(say, one.group), one.judged),
            Cell(f"{one.accept}", bar=one.accept / one.judged if one.judged else 0),
            *words(one.unchanged, one.fixed, one.reject, one.needs_expert),
        ]
        for one in (found.acceptance, *found.acceptance_by_model, *found.acceptance_by_flag)
    ]
    people = [
        words(one.annotator, one.reviews, one.skipped, one.faults, figure(one.lead_time_s, 0))
        for one in found.annotators
    ]
    said = [
        words(one.sample_id, names.get(one.annotator, "annotator"), one.verdict or "–", one.comment)
        for one in comments.listed
    ]
    reviews = say("reviews", "校对数")
    tables = [
        Table(
            say("Edit distance from draft to proof, mean / median", "草稿到校对稿的编辑距离（均值 / 中位数）"),
            [say("whose", "对象"), reviews, *stages],
            edits,
            say("0 equal, 1 nothing in common", "0为相同，1为毫无共同"),
        ),
        Table(
            say("Agreement (Krippendorff's alpha)", "一致性（Krippendorff's alpha）"),
            [say("question", "问题"), "alpha", say("samples by two or more", "两人以上的样本数")],
            asked,
            say("–: never coded, or everybody always said the same", "–：从未标注，或所有人始终一致"),
        ),
        Table(
            say("What became of the drafts", "草稿的结果"),
            [
                say("drafts", "草稿"), say("judged", "已判"), say("accepted", "通过"),
                say("of them unchanged", "其中未改动"), say("fixed", "修改"),
                say("rejected", "弃用"), say("to an expert", "交专家"),
            ],
            judged,
        ),
        Table(
            say("The people", "校对者"),
            [
                say("annotator", "校对者"), reviews, say("skipped", "跳过"), say("at fault", "不合规"),
                say("median s", "中位秒数"),
            ],
            people,
        ),
    ]  # fmt: skip
    if said:
        left = comments.total - len(said)
        note = say(f"and {left} more: `meu-data reviews`", f"另有{left}条：meu-data reviews") if left else ""
        head = [say("sample", "样本"), say("annotator", "校对者"), say("verdict", "结论"), say("comment", "评语")]
        tables.append(Table(say("Comments", "评语"), head, said, note, tall=True))
    kept = share(found.outcomes.kept, found.samples)
    intro = say(
        f"{found.reviews} reviews of {found.samples} samples, {found.overlapping} of them by two people or more. "
        f"By the policy {found.outcomes.policy} {found.outcomes.kept} are kept ({kept}).",
        f"{found.samples}个样本共{found.reviews}份校对，其中{found.overlapping}个由两人以上校对。"
        f"按策略{found.outcomes.policy}保留{found.outcomes.kept}个（{kept}）。",
    )
    return Section("people", title, intro, tables)


def _group(say: Say, name: str) -> str:
    return say("all", "全部") if name == "all" else name


def _both(spread: Spread | None) -> str:
    return "–" if spread is None else f"{spread.mean:.3f} / {spread.median:.3f}"
