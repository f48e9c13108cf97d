"""CASME II: `CASME2-coding-20140508.xlsx`, and the sheet of 2019 with objective classes, in which 58 rows differ.

Figures counted in copies of both in public repositories (davidnvq/me_recognition; MouathAb/AnalyseMiE-CNN_LSTM_SE).
In 57 rows the AUs differ, in three the emotion (24/EP07_01, 24/EP07_04f, 24/EP10_03), in none the frames. MEGC's AUs
are those of 2019, its emotions those of 2014. 04/EP12_01f has no apex in either; others give it 291 or 300, by rule.
"""

from meu_data.corpora.columns import columns
from meu_data.corpora.corpus import Corpus, Released, Terms
from meu_data.corpora.frame_pattern import FramePattern

_BOTH = {"others": 99, "disgust": 63, "happiness": 32, "repression": 27, "fear": 2}
_ABOUT = "published: 247 clips of five classes; 255 are released"

CORPUS = Corpus(
    columns=columns("ObjectiveClass"),
    frames=(
        "sub{subject:02}/{clip}/img{frame}.jpg",
        "sub{subject:02}/{clip}/reg_img{frame}.jpg",
        FramePattern("sub{subject:02}/{clip}.avi"),
    ),
    classes=("disgust", "fear", "happiness", "repression", "sadness", "surprise", "others"),
    subject="{:02}",
    form=r"(?:sub)?\d{1,2}/EP\d+(?:_\d+)*f?",
    errata="casme2",
    terms=Terms(
        "CASME II",
        "for a signed licence agreement (megc2022.github.io/challenge.html)",
        "http://casme.psych.ac.cn/casme/e2",
        "Yan et al., CASME II, PLOS ONE 9 (1), 2014, doi 10.1371/journal.pone.0086041",
    ),
    released=(
        Released(
            edition="CASME2-coding-20140508",
            rows=255,
            subjects=26,
            emotions=_BOTH | {"surprise": 25, "sadness": 7},
            aus={1: 26, 2: 21, 4: 129, 5: 2, 6: 13, 7: 38, 9: 13, 10: 17, 12: 34, 14: 27, 15: 16, 16: 1, 17: 25}
            | {18: 1, 20: 1, 24: 2, 25: 2, 26: 1, 38: 2},
            about=_ABOUT,
        ),
        Released(
            edition="CASME2-coding-20190701",
            rows=255,
            subjects=26,
            emotions=_BOTH | {"surprise": 28, "sadness": 4},
            about=f"{_ABOUT}; three clips are not in MEGC's 145: 24/EP07_01, 24/EP07_04f, 24/EP10_03",
        ),
    ),
)
