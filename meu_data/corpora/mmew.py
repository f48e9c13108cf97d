"""MMEW: `MMEW_Micro_Exp.xlsx`; each clip a folder of trimmed frames from 1 on, below a folder for its emotion.

Figures counted in a copy (ini17's MMEW_Micro_Exp.csv). The corrections that tvaranka/meb has are told, not taken: they
are for another sheet, and in the one seen, what they give as the apex of S04-01-001 is its offset.
"""

from meu_data.corpora.columns import columns
from meu_data.corpora.corpus import Corpus, Released, Terms

CORPUS = Corpus(
    columns=columns("Remarks"),
    frames=("{emotion}/{clip}/{frame}.jpg", "{clip}/{frame}.jpg"),
    classes=("anger", "disgust", "fear", "happiness", "sadness", "surprise", "others"),
    subject="{:02}",
    form=r"(?i:S?)0*(\d{1,2})/(?i:S)0*\1-0[1-7]-\d+",
    errata="mmew",
    terms=Terms(
        "MMEW",
        "on request from its authors, for a signed licence agreement",
        "http://www.dpailab.com/database.html",
        "Ben et al., MMEW, IEEE Transactions on Pattern Analysis and Machine Intelligence 44 (9), 2022, doi "
        "10.1109/TPAMI.2021.3067464",
    ),
    released=(
        Released(
            edition="MMEW_Micro_Exp",
            rows=300,
            subjects=30,
            emotions={"surprise": 89, "disgust": 72, "others": 66, "happiness": 36, "fear": 16, "sadness": 13}
            | {"anger": 8},
            aus={1: 50, 2: 41, 4: 109, 5: 70, 6: 10, 7: 47, 9: 8, 10: 38, 11: 2, 12: 37, 14: 17, 15: 6, 17: 11, 18: 8}
            | {20: 8, 23: 1, 24: 3, 25: 5, 26: 14, 31: 1, 38: 14},
            about="published: 300 clips of 36 persons",
        ),
    ),
)
