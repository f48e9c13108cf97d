"""SAMM: `SAMM_Micro_FACS_Codes_v2.xlsx`, worksheet `MICRO_ONLY`, header in row 14 below the key of its signs.

Figures counted in copies in public repositories (davidnvq/me_recognition; MouathAb/AnalyseMiE-CNN_LSTM_SE).
"""

from meu_data.corpora.columns import columns
from meu_data.corpora.corpus import Corpus, Released, Terms
from meu_data.corpora.frame_pattern import FramePattern

CORPUS = Corpus(
    columns=columns("ObjectiveClass", "Kind", "Inducement", "Remarks"),
    sheets=("MICRO_ONLY",),
    frames=(
        "{subject:03}/{clip}/{subject:03}_{frame:05}.jpg",
        "{subject:03}/{clip}/{frame}.jpg",
        FramePattern("{clip}.mp4", first="onset"),
    ),
    classes=("anger", "contempt", "disgust", "fear", "happiness", "sadness", "surprise", "others"),
    subject="{:03}",
    form=r"0*(\d{1,3})/0*\1_\d+_\d+",
    errata="samm",
    terms=Terms(
        "SAMM",
        "for a signed licence agreement (megc2022.github.io/challenge.html)",
        "http://www2.docm.mmu.ac.uk/STAFF/M.Yap/dataset.php",
        "Davison et al., SAMM, IEEE Transactions on Affective Computing 9 (1), 2018, doi 10.1109/TAFFC.2016.2573832",
    ),
    released=(
        Released(
            edition="Micro_FACS_Codes_v2",
            rows=159,
            subjects=29,
            emotions={"anger": 57, "others": 26, "happiness": 26, "surprise": 15, "contempt": 12, "disgust": 9}
            | {"fear": 8, "sadness": 6},
            aus={1: 6, 2: 18, 4: 23, 5: 10, 6: 5, 7: 46, 8: 1, 9: 5, 10: 6, 12: 30, 13: 3, 14: 13, 15: 4, 17: 7, 18: 4}
            | {20: 7, 21: 1, 23: 1, 24: 10, 25: 7, 26: 6, 31: 2, 38: 2, 39: 5, 43: 8, 56: 1, 61: 1},
            about="published: 159 clips of 32 persons",
        ),
    ),
)
