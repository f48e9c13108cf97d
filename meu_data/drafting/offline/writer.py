"""The annotation of one sample, written without any model: same sample and motion, same words."""

import hashlib
import json
from types import ModuleType

from meu_data.choices import Language
from meu_data.drafting.offline import prose_en, prose_zh
from meu_data.errors import MeuError
from meu_data.face.aus import AU_NAMES
from meu_data.face.emotions import EMOTION_NAMES
from meu_data.grounding.evidence import read_map, settled
from meu_data.grounding.grouping import Chooser
from meu_data.records import Annotation, Draft, Motion, Sample, joined_text, linked_claims
from meu_data.store.made_from import OFFLINE_WRITER

MODEL = "offline-1"

_PROSE: dict[Language, ModuleType] = {"en": prose_en, "zh": prose_zh}


def annotate(sample: Sample, motion: Motion, lang: Language) -> Annotation:
    """Writes the FGMU annotation of one sample from its labels and its measured motion.

    Args:
        sample: The sample; its AUs and emotion are taken as given.
        motion: What render measured on it; sides and directions are the picture's.
        lang: Language of the three texts.

    Returns:
        The claims and the three texts, the first by statements. Every labelled AU is named in each text, one of
        alternatives, and no other.

    Raises:
        MeuError: A label has no name in this program.
    """
    if sample.emotion is not None and sample.emotion not in EMOTION_NAMES:
        known = ", ".join(EMOTION_NAMES)
        raise MeuError(f"{sample.id}: the emotion {sample.emotion!r} is not known here; correct the sheet ({known})")
    unknown = next((au.code for au in sample.coded_aus if au.number not in AU_NAMES), None)
    if unknown is not None:
        raise MeuError(f"{sample.id}: {unknown} is not an action unit of FACS; correct the sheet")
    aus = settled(sample.coded_aus, motion.regions)
    reading = read_map(aus, motion.regions)
    prose, choose = _PROSE[lang], Chooser(sample.id)
    statements = prose.motion_analysis(reading, choose)
    return Annotation(
        claims=linked_claims(statements),
        statements=statements,
        motion_analysis=joined_text(statements),
        expression_inference=prose.expression_inference(reading, sample.emotion, choose),
        conclusion=prose.conclusion(reading, sample.emotion, choose),
        aus=tuple(au.code for au in aus),
        emotion=sample.emotion,
    )


def inputs_sha256(sample: Sample, motion: Motion, lang: Language) -> str:
    """Hash of everything the text is made from: the writer, the language, the labels, the map and its regions."""
    inputs: dict[str, object] = {
        "writer": [MODEL, OFFLINE_WRITER.version],
        "lang": lang,
        "sample": sample.id,
        "aus": [[au.code, au.alternative] for au in sample.coded_aus],
        "emotion": sample.emotion,
        "map": [motion.recipe, motion.map_sha256],
        "regions": [region.model_dump(mode="json") for region in motion.regions],
    }
    if sample.au_reading != "all":
        inputs["au_reading"] = sample.au_reading
    text = json.dumps(inputs, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def draft(sample: Sample, motion: Motion, lang: Language) -> Draft:
    """The draft of one sample, with the hash of what it was made from.

    Raises:
        MeuError: A label has no name in this program.
    """
    return Draft(
        sample_id=sample.id,
        model=MODEL,
        lang=lang,
        recipe=motion.recipe,
        map_sha256=motion.map_sha256,
        au_reading=sample.au_reading,
        prompt_sha256=inputs_sha256(sample, motion, lang),
        annotation=annotate(sample, motion, lang),
    )
