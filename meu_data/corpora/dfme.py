"""DFME: its sheet's columns and its frames' layout.

`full_release_annotation/training_full_with_AU.xlsx` and its like for the test splits;
`train_data/<Filename>/<frame:05d>.png`, numbered from 0. Columns and layout as public loaders read them
(github.com/ZhengQinLai/IMER-benchmark dataset/data_process.py; github.com/pong213/SAC2-Net README.md).
"""

from meu_data.corpora.corpus import Corpus, Terms
from meu_data.face.emotions import CLASS_SETS

CORPUS = Corpus(
    columns={
        "Subject": ("subject",),
        "Filename": ("filename",),
        "OnsetFrame": ("onsetframe", "onset"),
        "ApexFrame": ("apexframe", "apex"),
        "OffsetFrame": ("offsetframe", "offset"),
        "Emotion": ("emotion", "estimatedemotion", "objectiveclass"),
    },
    frames=("{clip}/{frame:05}.png",),
    classes=CLASS_SETS["dfme"],
    terms=Terms(
        "DFME",
        "on request from its authors, under the agreement you have with them",
        "https://mea-lab-421.github.io",
        "Zhao et al., DFME, IEEE Transactions on Affective Computing, doi 10.1109/taffc.2023.3341918",
    ),
)
