"""CAS(ME)^3 part A: `cas(me)3_part_A_ME_label_JpgIndex_v2.xlsx`, whose worksheet `label` comes before a blank `Sheet1`.

Also its v1, and `CAS(ME)3_part_A_v2.xls`, whose worksheet `AU+Emotion` has macro- and micro-expressions and no emotion.
Figures counted in the official sheets (jingtingEmmaLi/CAS-ME-3 annotation/partA).
"""

from meu_data.corpora.columns import columns
from meu_data.corpora.corpus import Corpus, Released, Terms
from meu_data.corpora.frame_pattern import FramePattern

CORPUS = Corpus(
    columns=columns("ObjectiveClass", "Kind"),
    optional=frozenset({"Emotion"}),
    sheets=("label", "AU+Emotion"),
    frames=(
        "{subject}/{clip}/color/{frame}.jpg",
        "frame/{subject}_{clip}_{onset}/{frame}.jpg",
        "{subject}_{clip}_{onset}/{frame}.jpg",
        "{emotion}/{subject}{clip}{apex}/{frame}.jpg",
        FramePattern("video/{subject}_{clip}_{onset}.mp4", first="onset"),
    ),
    classes=("anger", "disgust", "fear", "happiness", "sadness", "surprise", "others"),
    form=r"(?i:spNO)\.\d+/[a-mA-M]",
    errata="casme3",
    terms=Terms(
        "CAS(ME)³",
        "for a signed licence agreement (megc2025.github.io/challenge.html)",
        "http://casme.psych.ac.cn/casme/e4",
        "Li et al., CAS(ME)³, IEEE Transactions on Pattern Analysis and Machine Intelligence 45 (3), 2023, doi "
        "10.1109/TPAMI.2022.3174895",
    ),
    released=(
        Released(
            edition="part A, label v2",
            rows=860,
            subjects=94,
            emotions={"disgust": 250, "surprise": 187, "others": 161, "fear": 86, "anger": 64, "sadness": 57}
            | {"happiness": 55},
            aus={1: 153, 2: 128, 4: 274, 5: 44, 6: 8, 7: 27, 9: 50, 10: 10, 12: 15, 14: 193, 15: 6, 16: 13, 17: 20}
            | {18: 16, 20: 3, 21: 1, 22: 3, 23: 3, 24: 59, 25: 10, 26: 3, 28: 6, 38: 30, 39: 2},
            about="published: 943 clips of 100 persons; version 2 left mislabelled ones out",
        ),
        Released(edition="part A, label v1", rows=921, subjects=95, emotions={}),
        Released(
            edition="part A, AU+Emotion v2",
            rows=4206,
            subjects=None,
            emotions={},
            kinds={"macro": 3346, "micro": 860},
        ),
    ),
)
