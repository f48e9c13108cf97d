"""How well the texts agree with the measurement and the labels: by model, by what is wrong, by who proofread them."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Mapping
from statistics import fmean

from meu_data.records import Draft, FindingKind, FlagKind, Grounding, Review
from meu_data.report.cards import FINDING_SIGNS, finding_names
from meu_data.report.tables import Cell, Say, Section, Table, figure, histogram, share, words

# What a flag is about, in a word or two.
FLAG_NAMES: dict[FlagKind, tuple[str, str]] = {
    "emotion": ("wrong emotion", "情绪有误"),
    "extra_au": ("AU that is not labelled", "多出的AU"),
    "missing_au": ("labelled AU left out", "遗漏的AU"),
    "unexplained_au": ("AU without motion told for it", "AU缺少运动依据"),
    "side": ("wrong side", "左右有误"),
    "direction": ("wrong direction", "方向有误"),
    "significance": ("motion where none is", "静止处说成有运动"),
    "colour": ("colour that is not the direction's", "颜色与方向不符"),
    "intensity": ("wrong strength", "强度有误"),
    "unmentioned": ("clear motion not mentioned", "明显运动未提及"),
    "region": ("unknown region", "未知部位"),
    "evidence": ("evidence for the wrong AU", "AU依据有误"),
    "conclusion": ("conclusion", "结论"),
    "text": ("text against the motion or the claims", "文本与测量或要点不符"),
}


class _Model:
    """The drafts of one model in one language."""

    def __init__(self) -> None:
        self.drafts = self.sound = self.statements = 0
        self.scores = array("d")
        self.findings: Counter[FindingKind] = Counter()
        self.flags: Counter[FlagKind] = Counter()


class GroundingCounts:
    """The drafts and proofs added so far; one figure of each is kept."""

    def __init__(self) -> None:
        self._models: dict[tuple[str, str], _Model] = defaultdict(_Model)
        self._proofs: dict[str, array[float]] = defaultdict(lambda: array("d"))

    def add(self, draft: Draft, grounding: Grounding | None) -> None:
        """Counts one draft."""
        model = self._models[draft.model, draft.lang]
        model.drafts += 1
        if grounding is not None:
            model.scores.append(grounding.score)
            model.sound += grounding.sound
            model.findings.update(item.finding for item in grounding.findings)
            model.flags.update({flag.kind for flag in grounding.flags})

    def add_proof(self, review: Review) -> None:
        """Counts what a person made of a draft."""
        if review.grounding is not None:
            self._proofs[review.annotator].append(review.grounding)

    def section(self, say: Say, names: Mapping[str, str]) -> Section:
        """By model, by kind, by annotator; `names` are the annotators' pseudonyms."""
        title = say("Grounding", "核对")
        intro = say(
            "Every statement of a text against the measured motion and the labels, from 0 to 1. Trust in the map is "
            "not part of it.",
            "逐句与测得的运动及标签核对，得分0到1；不含图像可信度。",
        )
        if not self._models:
            return Section("grounding", title, intro, empty=say("There are no drafts yet.", "尚无草稿。"))
        models = sorted(self._models.items())
        said = finding_names(say)
        rows = [
            [
                *words(
                    f"{name}, {lang}", one.drafts, len(one.scores), figure(fmean(one.scores) if one.scores else None)
                ),
                *words(share(one.sound, len(one.scores))),
                *(Cell(f"{one.findings[kind]}") for kind in said),
            ]
            for (name, lang), one in models
        ]
        head = [
            say("model", "模型"), say("drafts", "草稿数"), say("checked", "已核对"), say("mean score", "平均得分"),
            say("without a serious flag", "无严重问题"),
            *(f"{FINDING_SIGNS[kind]} {name}" for kind, name in said.items()),
        ]  # fmt: skip
        tables = [Table(say("By model: drafts and their statements", "各模型：草稿与语句"), head, rows)]
        names_of = [f"{name}, {lang}" for (name, lang), _ in models]
        total = sum((one.flags for _, one in models), Counter[FlagKind]())
        if total:
            most = max(max(one.flags.values(), default=0) for _, one in models)
            rows = [
                [
                    Cell(say(*FLAG_NAMES[kind])),
                    *(Cell(f"{one.flags[kind]}", bar=one.flags[kind] / most) for _, one in models),
                ]
                for kind, _ in total.most_common()
            ]
            caption = say("By kind: drafts with such a flag", "各类问题：有该问题的草稿数")
            tables.append(Table(caption, [say("flag", "问题"), *names_of], rows))
        checked = [(name, one) for name, (_, one) in zip(names_of, models, strict=True) if one.scores]
        for name, one in checked:
            head = [say("score", "得分"), say("drafts", "草稿数")]
            tables.append(Table(say(f"Scores of {name}", f"{name}的得分"), head, histogram(one.scores)))
        if self._proofs:
            found = sorted((names.get(who, "annotator"), scores) for who, scores in self._proofs.items())
            rows = [words(who, len(scores), figure(fmean(scores)), figure(min(scores))) for who, scores in found]
            head = [
                say("annotator", "校对者"),
                say("proofs", "校对稿数"),
                say("mean score", "平均得分"),
                say("least", "最低"),
            ]
            tables.append(Table(say("By annotator: proofs", "各校对者：校对稿"), head, rows))
        return Section("grounding", title, intro, tables)
