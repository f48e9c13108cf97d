"""The datasheet of an export: the headings of Datasheets for Datasets, with what the program knows, and blanks named.

Headings and questions after Gebru et al., "Datasheets for Datasets", Communications of the ACM 64 (12), 2021, arXiv
1803.09010; the questions are shortened.
"""

from meu_data.export.about.card import licence_paragraph, licence_with_pixels
from meu_data.export.about.facts import Facts
from meu_data.export.about.licences import terms_of
from meu_data.export.files.manifest import CARD, MANIFEST, SOURCES
from meu_data.export.samples.leaks import REPORT

_ANNOTATION = {
    "drafts": "A model or a rule drafted each text from the measured motion and the labels. **Nobody proofread them.**",
    "proofread": "A model or a rule drafted each text from the measured motion and the labels; people proofread it in "
    "Label Studio and could change every text, action unit and emotion. `provenance` has each row's annotator (a "
    "pseudonym), verdict and edit distance.",
    "labels": "None beyond the labels of the corpora: no text was drafted.",
}


def datasheet(facts: Facts) -> str:
    """The text of DATASHEET.md; what only its owner can know stands as a blank that says so."""
    parts = [
        f"# Datasheet\n\nHeadings of Datasheets for Datasets (Gebru et al., arXiv 1803.09010). Written by meu-data "
        f"{facts.version}; **Blank** marks what only the owner of this set can answer. The card is `{CARD}`."
    ]
    for heading, questions in _sections(facts):
        parts.append(f"## {heading}")
        parts += [f"**{question}** {answer or _BLANK}" for question, answer in questions]
    return "\n\n".join(parts) + "\n"


def datasheet_with_pixels(text: str) -> str:
    """The datasheet of an export without pixels, whoever edited it since, as it reads with the pictures inside."""
    told = licence_with_pixels(text)
    if told != text:
        told = told.replace(_NAMED, _NAMED + _FACES)
    return told.replace(_NO_PIXELS, "pictures")


_BLANK = "**Blank**: not known to meu-data."
_NO_PIXELS = f"names and hashes of pictures, without pixels (`{SOURCES}`)"
_NAMED = "Yes. Subjects have the names that the corpora gave them."
_FACES = " Faces can be recognised in the pictures."

_Section = tuple[str, tuple[tuple[str, str | None], ...]]


def _sections(facts: Facts) -> tuple[_Section, ...]:
    return (
        _motivation(),
        _composition(facts),
        _collection(facts),
        _preprocessing(facts),
        _uses(facts),
        ("Distribution", (("Under which licence or terms?", licence_paragraph(facts)), ("To whom, and when?", None))),
        (
            "Maintenance",
            (
                ("Who maintains it, and how can they be reached?", None),
                (
                    "Will it be updated?",
                    "The same workspace and options give the same bytes, so a new version can be told "
                    f"by `{MANIFEST}`. When, is not known to meu-data.",
                ),
                ("How does a person whose face is inside have it removed?", None),
            ),
        ),
    )


def _motivation() -> _Section:
    purpose = (
        "To teach a multimodal language model to explain a micro-expression: what moved, which action units that "
        "means, which emotion follows."
    )
    return "Motivation", (("For what purpose was it made?", purpose), ("Who made it, and who paid for it?", None))


def _composition(facts: Facts) -> _Section:
    tally, report = facts.tally, facts.leaks
    pictures = "no picture" if not facts.style.pictured else "pictures" if facts.pixels else _NO_PIXELS
    count = (
        f"{sum(facts.rows.values())} rows about {tally.samples} clips of {tally.subjects} people from "
        f"{', '.join(terms_of(corpus).name for corpus in tally.corpora)}."
    )
    left = sum(facts.left_out.values()) + facts.problems
    whole = (
        f"Yes: {left} of the {tally.samples + left} clips of the workspace were left out; the card says why."
        if left
        else "No: every clip of the workspace is here. Whether that held the whole corpus is not known to meu-data."
    )
    people = (
        "The clips are synthetic and show nobody."
        if set(tally.corpora) <= facts.synthetic
        else _NAMED + (_FACES if facts.shows_people else "")
    )
    found = (
        "; ".join(report.sentences())
        if report.leaking
        else "nothing is in two splits"
        if report.compared
        else "one split"
    )
    return "Composition", (
        ("What does a row represent?", facts.style.about),
        ("How many are there?", count),
        ("Is it a sample of a larger set?", whole),
        ("What does a row consist of?", f"A question, an answer or a label to be rewarded, {pictures}, and labels."),
        ("Is there a label?", "The emotion and the action units; `tables/` counts them by split and subject."),
        ("Are there recommended splits?", f"{facts.splits.about} Leaks: {found} (`{REPORT}`)."),
        (
            "Are there errors, noise or redundancies?",
            "Labels are those of the corpora's coders and of whoever proofread them. Motion is measured by optical "
            "flow, which errs where light changes, eyes blink or the head turns.",
        ),
        ("Does it relate to people? Can they be identified?", people),
    )


def _collection(facts: Facts) -> _Section:
    sources = [terms_of(corpus) for corpus in facts.tally.corpora if corpus not in facts.synthetic]
    acquired = "; ".join(f"{term.name} ({term.source or 'source not known to meu-data'})" for term in sources)
    answer = (
        f"The frames and labels are those of: {acquired}. How they were recorded, their own papers say."
        if sources
        else ("The frames were computed by `meu-data synth` from one portrait in the public domain.")
    )
    return "Collection process", (
        ("How was the data acquired?", answer),
        ("Did the people consent, and was there an ethical review?", None if sources else "Nobody was recorded."),
    )


def _preprocessing(facts: Facts) -> _Section:
    gates = facts.gates
    measured = (
        "Of each clip the onset and the apex frame were taken, dense optical flow (TV-L1) between them was measured, "
        "the head's motion taken out and the rest drawn and averaged over regions of the face (recipe "
        f"`{facts.recipe}`). The frames themselves are not changed; `provenance` has their hashes."
    )
    asked = [f"grounding of at least {gates.min_grounding:g}"] if gates.min_grounding is not None else []
    if facts.told == "proofread":
        asked += [f"verdict {' or '.join(gates.verdicts)}", f"policy {gates.policy.kind}"]
    return "Preprocessing, cleaning, labelling", (
        ("What was done to the raw data?", measured),
        ("How were the texts made?", _ANNOTATION[facts.told]),
        ("By which models?", ", ".join(facts.models) or "None."),
        (
            "What was asked of an annotation?",
            f"{'; '.join(asked).capitalize()}." if asked else "Nothing beyond agreeing with the labels.",
        ),
        ("Is the software available?", f"meu-data {facts.version}."),
    )


def _uses(facts: Facts) -> _Section:
    made = (
        "The synthetic clips serve to try the program out. Do not train a model on them for use on people. "
        if facts.synthetic & set(facts.tally.corpora)
        else ""
    )
    return "Uses", (
        ("What is it used for already?", None),
        ("What else could it be used for?", "Evaluating models that read micro-expressions."),
        (
            "What should it not be used for?",
            f"{made}Micro-expressions do not prove what a person feels, and no row of this set says that they do. Do "
            "not use it to judge people: in hiring, policing, at borders, at school, or to detect lies.",
        ),
    )
