"""SMIC (HS, VIS, NIR): `SMIC-HS-E_annotation.xlsx`, worksheets `HS`, `VIS`; up to three events a row, no apex, no AUs.

Frame numbers have up to eight digits, and are written with six at least. Figures counted in copies in public
repositories (davidnvq/me_recognition; ini17's HS_cropped.csv).
"""

from collections.abc import Mapping

from meu_data.corpora.columns import columns
from meu_data.corpora.corpus import Corpus, Released, Terms

_CAMERAS = ("HS", "VIS", "NIR")


def _fields(row: Mapping[str, str]) -> Mapping[str, str]:
    """The camera's folder, where the worksheet says it."""
    return {"camera": row["sheet"]} if row["sheet"] in _CAMERAS else {"camera": "HS"}


CORPUS = Corpus(
    columns=columns("OnsetFrame2", "OffsetFrame2", "OnsetFrame3", "OffsetFrame3"),
    optional=frozenset({"ApexFrame", "AU"}),
    sheets=_CAMERAS,
    fields=_fields,
    frames=(
        "{camera}/s{subject_number}/{clip}/image{frame:06}.jpg",
        "{camera}/s{subject_number}/micro/{emotion}/{clip}/image{frame:06}.bmp",
        "{camera}/s{subject_number}/micro/{emotion}/{clip}/reg_image{frame:06}.bmp",
        "s{subject_number}/{clip}/image{frame:06}.jpg",
        "s{subject_number}/micro/{emotion}/{clip}/image{frame:06}.bmp",
        "s{subject_number}/micro/{emotion}/{clip}/reg_image{frame:06}.bmp",
    ),
    classes=("negative", "positive", "surprise"),
    emotions={"0": "negative", "1": "positive", "2": "surprise"},
    subject="s{:02}",
    form=r"s?\d{1,2}/s\d+_(?:ne|po|sur)_\d+",
    terms=Terms(
        "SMIC",
        "on request from its authors, for a signed licence agreement",
        "https://www.oulu.fi/cmvs/node/41319",
        "Li et al., SMIC, FG 2013, doi 10.1109/FG.2013.6553717",
    ),
    released=(
        Released(
            edition="HS",
            rows=157,
            events=164,
            subjects=16,
            emotions={"negative": 70, "positive": 51, "surprise": 43},
            about="157 rows hold 164 expressions",
        ),
        Released(
            edition="HS, a row for each expression",
            rows=164,
            subjects=16,
            emotions={"negative": 70, "positive": 51, "surprise": 43},
        ),
        Released(
            edition="VIS",
            rows=71,
            subjects=8,
            emotions={"positive": 28, "negative": 24, "surprise": 19},
        ),
    ),
)
