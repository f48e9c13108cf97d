"""SAMM Long Videos: `SAMM_LongVideos_V2_Release.xlsx`, worksheet `FACS_Movement_Only`, whose header stands in row 10.

Its frame numbers are those of the long videos, some with fractions, and -1 says that there is no apex. It has no
emotion: SAMM's own sheet has, for the micro-expressions of the same Filename. Figures counted in a copy
(genbing99/SSL-Micro-Movement).
"""

from collections.abc import Mapping

from meu_data.corpora.columns import columns
from meu_data.corpora.corpus import Corpus, Released, Terms


def _fields(row: Mapping[str, str]) -> Mapping[str, str]:
    """The long video: the clip without its last number."""
    return {"video": row["clip"].rpartition("_")[0]}


CORPUS = Corpus(
    columns=columns("Kind", "Inducement", "Remarks"),
    optional=frozenset({"Emotion"}),
    sheets=("FACS_Movement_Only",),
    fields=_fields,
    frames=("{video}/{video}_{frame:04}.jpg",),
    classes=("anger", "contempt", "disgust", "fear", "happiness", "sadness", "surprise", "others"),
    subject="{:03}",
    emotions_from="samm",
    form=r"0*(\d{1,3})/0*\1_\d+_\d+",
    terms=Terms(
        "SAMM Long Videos",
        "for a signed licence agreement (megc2022.github.io/challenge.html)",
        "http://www2.docm.mmu.ac.uk/STAFF/M.Yap/dataset.php",
        "Yap et al., SAMM Long Videos, FG 2020, doi 10.1109/FG47880.2020.00029",
    ),
    released=(
        Released(
            edition="LongVideos_V2_Release",
            rows=502,
            subjects=30,
            emotions={},
            kinds={"macro": 343, "micro": 159},
        ),
    ),
)
