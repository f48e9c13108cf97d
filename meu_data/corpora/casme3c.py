"""CAS(ME)^3 part C, the mock crime: `CAS(ME)3_part_C_ME.xlsx`, or the worksheet `organize` of `CAS(ME)3_part_C.xls`.

The first numbers the micro-expressions of a person (`count`) and has AUs and emotions; the second has macro-expressions
too (`Exp_type` 0) and names no clip: there a person's one long video is the clip. Neither has an apex. Figures counted
in the official sheets (jingtingEmmaLi/CAS-ME-3 annotation/partC).
"""

from dataclasses import replace

from meu_data.corpora.casme3 import CORPUS as PART_A
from meu_data.corpora.columns import columns
from meu_data.corpora.corpus import Corpus, Released

CORPUS = Corpus(
    columns=columns("Kind", Filename=("count", "filename")),
    optional=frozenset({"Filename", "ApexFrame", "Emotion", "AU"}),
    derived={"Filename": ("Subject", r"(\d+)")},
    sheets=("mockCrimeME", "organize"),
    frames=("{subject:02}/{clip}/color/{frame}.jpg", "{subject:02}/color/{frame}.jpg"),
    classes=("negative", "surprise", "positive", "others"),
    form=r"(?:spNO\.)?\d{1,2}/\d{1,2}",
    terms=replace(PART_A.terms, name="CAS(ME)³ part C"),
    released=(
        Released(
            edition="part C, ME",
            rows=165,
            subjects=30,
            emotions={"negative": 99, "surprise": 30, "others": 20, "positive": 16},
        ),
        Released(
            edition="part C, organize",
            rows=463,
            subjects=None,
            emotions={},
            kinds={"macro": 303, "micro": 160},
            about="it has 160 micro-expressions, the sheet of part C's micro-expressions 165",
        ),
    ),
)
