"""CAS(ME)^2 (CASME_sq): `CAS(ME)^2code_final(Updated).xlsx`, nine columns without a header.

A person's and a video's folder are told by the worksheets `naming rule1` and `naming rule2`. The updated sheet differs
in 216 cells of AUs and nothing else. Figures counted in two copies (genbing99/SSL-Micro-Movement;
nz0001na/micro_expression_autism).
"""

from collections.abc import Mapping

from meu_data.corpora.columns import columns
from meu_data.corpora.corpus import Corpus, Released, Terms
from meu_data.corpora.frame_pattern import FramePattern

# Folders of the participants 1 to 22, and the codes of the videos they saw.
_FOLDERS = (15, 16, 19, 20, 21, 22, 23, 24, 25, 26, 27, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 40)
_CODES = {"disgust1": "0101", "disgust2": "0102", "anger1": "0401", "anger2": "0402"} | {
    "happy1": "0502",
    "happy2": "0503",
    "happy3": "0505",
    "happy4": "0507",
    "happy5": "0508",
}


def _fields(row: Mapping[str, str]) -> Mapping[str, str]:
    """The folder of the person, and what the name of the video's begins with; none for a stranger."""
    subject, video = row["subject"], row["clip"].rpartition("_")[0].casefold()
    if not subject.isdecimal() or not 1 <= int(subject) <= len(_FOLDERS) or video not in _CODES:
        return {}
    number = str(_FOLDERS[int(subject) - 1])
    return {"folder": f"s{number}", "folder_number": number, "code": _CODES[video]}


CORPUS = Corpus(
    columns=columns("Kind", "SelfReport"),
    positions=(
        "Subject",
        "Filename",
        "OnsetFrame",
        "ApexFrame",
        "OffsetFrame",
        "AU",
        "Emotion",
        "Kind",
        "SelfReport",
    ),
    sheets=("CASFEcode_final",),
    blanks={"ApexFrame": frozenset({"0"}), "OffsetFrame": frozenset({"0"})},
    fields=_fields,
    frames=(
        "{folder}/{folder_number}_{code}*/img{frame}.jpg",
        FramePattern("{folder}/{folder_number}_{code}*.avi"),
    ),
    classes=("negative", "positive", "surprise", "others"),
    form=r"\d{1,2}/(?:anger|disgust|happy)\d_\d+",
    terms=Terms(
        "CAS(ME)²",
        "on request from its authors, for a signed licence agreement",
        "http://casme.psych.ac.cn/casme/e3",
        "Qu et al., CAS(ME)², IEEE Transactions on Affective Computing 9 (4), 2018, doi 10.1109/TAFFC.2017.2654440",
    ),
    released=(
        Released(
            edition="code_final",
            rows=357,
            subjects=22,
            emotions={"positive": 124, "negative": 126, "others": 82, "surprise": 25},
            kinds={"macro": 300, "micro": 57},
            aus={1: 10, 2: 13, 4: 20, 5: 6, 6: 2, 7: 4, 9: 1, 10: 1, 12: 8, 14: 4, 18: 1, 19: 1, 20: 1, 24: 1, 38: 1}
            | {39: 2, 43: 9},
        ),
    ),
)
