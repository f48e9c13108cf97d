"""DFME: `full_release_annotation/training_full_with_AU.xlsx` and its like for the test splits.

Frames `train_data/<Filename>/<frame:05d>.png`, numbered from 0, `train_data` often nested twice. Columns and layout as
public loaders read them (github.com/ZhengQinLai/IMER-benchmark dataset/data_process.py; github.com/pong213/SAC2-Net
README.md); figures counted in the released sheets.
"""

from meu_data.corpora.columns import columns
from meu_data.corpora.corpus import Corpus, Released, Terms

_EMOTIONS = ("anger", "contempt", "disgust", "fear", "happiness", "sadness", "surprise")


def _released(edition: str, rows: int, subjects: int, *counts: int, aus: dict[int, int] | None = None) -> Released:
    emotions = dict(zip(_EMOTIONS, counts, strict=True))
    about = "published: 7,526 clips of 656 persons; 2,629 of 259 are released"
    return Released(edition=edition, rows=rows, subjects=subjects, emotions=emotions, aus=aus or {}, about=about)


_TRAIN_AUS = (
    {1: 299, 2: 261, 4: 817, 5: 296, 6: 163, 7: 419, 9: 26, 10: 120, 12: 263, 14: 105, 15: 39, 16: 8, 17: 96, 18: 7}
    | {20: 24, 23: 35, 24: 163, 25: 13, 28: 3, 31: 14, 38: 43, 39: 13, 57: 1, 58: 6}
)  # fmt: skip

CORPUS = Corpus(
    columns=columns("Fps", Emotion=("emotion", "estimatedemotion")),
    frames=("{clip}/{frame:05}.png",),
    classes=_EMOTIONS,
    form=r"(.+)/\1_\d+",
    terms=Terms(
        "DFME",
        "on request from its authors, under the agreement you have with them",
        "https://mea-lab-421.github.io",
        "Zhao et al., DFME, IEEE Transactions on Affective Computing, doi 10.1109/taffc.2023.3341918",
    ),
    released=(
        _released("training_full_with_AU", 1856, 176, 161, 100, 548, 265, 206, 278, 298, aus=_TRAIN_AUS),
        _released("testA_full_with_AU", 474, 42, 39, 34, 129, 62, 63, 46, 101),
        _released("testB_full_with_AU", 299, 41, 41, 37, 58, 38, 42, 35, 48),
    ),
)
