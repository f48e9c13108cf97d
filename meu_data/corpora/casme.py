"""CASME, the first of its kind: `CASME.xls` or `CASME.csv`, in section B frame numbers of three digits.

Columns and figures from copies in public repositories (Gupta776's CASME.csv, 193 rows; tvaranka/meb
meb/datasets/datasets.py, 189 rows). meb corrects the frames of five rows by their place; which clips those are is
certain in neither sheet: not applied.
"""

from meu_data.corpora.columns import columns
from meu_data.corpora.corpus import Corpus, Released, Terms
from meu_data.corpora.frame_pattern import FramePattern

CORPUS = Corpus(
    columns=columns("OtherApex", "ObjectiveClass", "Remarks"),
    optional=frozenset({"AU"}),
    frames=(
        "sub{subject:02}/{clip}/{clip}-{frame}.jpg",
        "sub{subject:02}/{clip}/reg_{clip}-{frame}.jpg",
        FramePattern("sub{subject:02}/{clip}.avi"),
    ),
    classes=("contempt", "disgust", "fear", "happiness", "repression", "sadness", "surprise", "tense"),
    subject="{:02}",
    form=r"(?:sub)?\d{1,2}/EP\d+_\d+\w*",
    errata="casme",
    terms=Terms(
        "CASME",
        "on request from its authors, for a signed licence agreement",
        "http://casme.psych.ac.cn/casme/e1",
        "Yan et al., CASME, FG 2013, doi 10.1109/FG.2013.6553799",
    ),
    released=(
        Released(
            edition="CASME.csv",
            rows=193,
            subjects=19,
            emotions={"tense": 71, "repression": 43, "disgust": 42, "surprise": 19, "happiness": 10}
            | {"sadness": 5, "fear": 2, "contempt": 1},
            about="published: 195 clips",
        ),
    ),
)
