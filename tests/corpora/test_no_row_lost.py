"""Whole sheets in the form and size of the released ones, with every odd cell that was counted in them: no row is lost.

Forms, sizes and odd cells are facts of docs/corpora.md; the rows are made up.
"""

import pytest

from meu_data.corpora.rows import Expression
from tests.corpora.test_released_sheets import CASME2, CASME3, DFME, SAMM, comma, told, xls, xlsx

# Cells that the coders wrote, beside plain lists.
ODD = {
    "dfme": ["AD31", "4+AD38", "7+AD39", "AD38+AD39", "4+M57", "M58", "R1+R2+5", 4, 12.0],
    "casme2": ["?", "L12", "R4", 12, "4+L10", "38", "14 + 17"],
    "casme3": ["2+1", "T23", "B28", "12+15+B28+B28", "T28+10+10+10+17", "L12+R4", "39"],
    "casmesq": ["NULL", "null", "14or23", "10or11", "80", "74", "42", 43],
    "samm": [
        "A12",
        "A12B",
        "A1B+A2C",
        "A/L12",
        "T23",
        "ref(43)",
        "ref(7B)",
        "ref(L10)",
        "10A/B",
        "L12 or L14",
        "R14A or 17A or 24A",
        "(R6 or R12)+R15",
        "12B+soft focus",
        "12+15 ",
        "61",
        "56",
        7,
    ],
    "sammlv": [
        "(L/A)4B",
        "(A/R)14B",
        "Ref(14)",
        "ref(5)+ref(7)",
        "12(B/C)",
        "1D/E",
        "(17 or 19)",
        "(23/24)",
        "31?",
        "12B ?",
        "50",
        "80+81",
        "85",
        "40",
        "glare",
        "Chewing",
        "double 45",
        "all of the above",
        "twice - L1B",
        "reaction?",
        "(loses 1+2)",
        "3+25+26",
        "7A/B+L10A/B)+12",
        "6C/D+ref(7)12E+25",
        "B18+T22",
    ],
    "mmew": ["12L", "20L", "4R", "4R+7", "10R", 14],
}
# What coders wrote for an emotion; all but the last of CAS(ME)^2's and 4DME's have a name here.
EMOTIONS = {
    "dfme": ["anger", "contempt", "disgust", "fear", "happiness", "sadness", "surprise"],
    "casme": ["tense", "repression", "comtempt", "disgust"],
    "casme2": ["others", "disgust", "happiness", "repression", "surprise", "sadness", "fear"],
    "casme3": ["Others", "others", "sad", "happy", "anger", "fear", "disgust", "surprise"],
    "casmesq": ["positive", "negative", "others", "surprise"],
    "samm": ["Anger", "Other", "Happiness", "Surprise", "Contempt", "Disgust", "Fear", "Sadness"],
    "smic": ["positive", "negative", "surprise"],
    "mmew": ["surprise", "disgust", "others", "happiness", "fear", "sadness", "anger"],
}


def nth(values, number):
    return values[number % len(values)]


def dfme(path):
    rows = [
        [
            f"sub{n // 9:04d}",
            f"sub{n // 9:04d}_{n % 9:02d}",
            n % 3,
            20 + n % 9,
            45 + n % 9,
            nth(EMOTIONS["dfme"], n),
            n % 7,
            500,
            nth(ODD["dfme"], n),
        ]
        for n in range(1856)
    ]
    return xlsx(path / "training_full_with_AU.xlsx", Sheet1=[DFME, *rows])


def casme(path):
    header = ["Subject", "Filename", "OnsetF", "ApexF1", "ApexF2", "OffsetF", "Emotion", *[""] * 300]
    rows = [
        [
            n // 11 + 1,
            f"EP{n % 11:02d}_1",
            10 + n,
            15 + n,
            nth(["\\", "", 18 + n], n),
            20 + n,
            nth(EMOTIONS["casme"], n),
            *([""] * 300),
        ]
        for n in range(193)
    ]
    return comma(path / "CASME.csv", [header, *rows, [""]])


def casme2(path):
    rows = [
        [
            f"{n // 10 + 1:02d}",
            f"EP{n % 10:02d}_0{n % 5}f",
            None,
            46,
            nth([59, "60", 61], n),
            86,
            None,
            nth(ODD["casme2"], n),
            nth(EMOTIONS["casme2"], n),
        ]
        for n in range(255)
    ]
    rows[29][4] = "/"
    return xlsx(path / "c.xlsx", Sheet1=[[*CASME2, "Estimated Emotion"], *rows], Sheet2=[], Sheet3=[])


def casme3(path):
    rows = [
        [
            f"spNO.{n // 9 + 1}",
            "abcdefghijklm"[n % 13],
            str(5 + 20 * n),
            str(9 + 20 * n),
            str(18 + 20 * n),
            nth(ODD["casme3"], n),
            nth(["VII", "III", "I"], n),
            nth(EMOTIONS["casme3"], n),
        ]
        for n in range(860)
    ]
    rows[751][2] = rows[751][3] = "0"
    rows[797][4] = rows[799][4] = "0"
    return xls(path / "label.xls", Sheet1=[], label=[CASME3, *rows], Sheet3=[])


def casmesq(path):
    rows = [
        [
            n % 22 + 1,
            f"{nth(['anger1', 'disgust2', 'happy5'], n)}_{n}",
            10 + n,
            15 + n,
            0 if n % 8 == 0 else 20 + n,
            nth(ODD["casmesq"], n),
            nth(EMOTIONS["casmesq"], n),
            "micro-expression" if n < 57 else "macro-expression",
            nth(["happyiness", "helpless", "pain", "sympathy"], n),
        ]
        for n in range(357)
    ]
    return xlsx(path / "code_final.xlsx", CASFEcode_final=rows)


def samm(path):
    rows = [
        [
            f"{n // 6 + 6:03d}",
            f"{n // 6 + 6:03d}_{n % 6 + 1}_2",
            1,
            5562 + n,
            5588 + n,
            5632 + n,
            71,
            "Micro - 1/2",
            nth(ODD["samm"], n),
            nth(EMOTIONS["samm"], n),
            n % 7 + 1,
            nth([None, "Blinks", "L12?"], n),
        ]
        for n in range(159)
    ]
    return xlsx(path / "SAMM.xlsx", MICRO_ONLY=[*([["note"]] * 13), SAMM, *rows])


def sammlv(path):
    header = ["Subject", "Filename", "Inducement Code", "Onset", "Apex", "Offset", "Duration", "Type", "Action Units"]
    rows = [
        [
            f"{n // 17 + 6:03d}",
            f"{n // 17 + 6:03d}_{n % 7 + 1}_{n}",
            1,
            0 if n < 10 else n + (0.4 if n % 3 else 0),
            -1 if n in (66, 383, 398, 417, 481, 482) else n + 10.6,
            n + 20,
            9,
            "Micro - 1/2" if n < 159 else "Macro",
            nth(ODD["sammlv"], n),
            None,
        ]
        for n in range(502)
    ]
    return xlsx(path / "LV.xlsx", FACS_Movement_Only=[*([["note"]] * 9), [*header, "Notes"], *rows])


def smic(path):
    header = ["Subject", "Filename", None, "OnsetF", "OffsetF", "Onset2F", "Offset2F", "Onset3F", "Offset3F", None]
    rows = []
    for n in range(157):
        events = 3 if n == 50 else 2 if n % 30 == 7 and n < 150 else 1
        numbers = [
            number
            for event in range(3)
            for number in (([1000 * n + 100 * event, 1000 * n + 100 * event + 30]) if event < events else [None, None])
        ]
        subject = n // 10 + 1
        clip = f"s{subject}_{nth(['ne', 'po', 'sur'], n)}_{n:02d}"
        rows.append([subject, clip, None, *numbers, None, nth(EMOTIONS["smic"], n)])
    notes = [["* frames of the high speed camera"], [None] * 9 + [164, 164]]
    return xlsx(path / "SMIC.xlsx", HS=[[*header, "Emotion"], *rows, [], *notes], VIS=[[]])


def mmew(path):
    header = ["Subject", "Filename", "OnsetFrame", "ApexFrame", "OffsetFrame", "Action Units", "Estimated Emotion"]
    rows = [
        [
            n // 10 + 1,
            f"S{n // 10 + 1:02d}-0{n % 7 + 1}-{n:03d}",
            1,
            9,
            20,
            nth(ODD["mmew"], n),
            nth(EMOTIONS["mmew"], n),
            "",
        ]
        for n in range(300)
    ]
    return comma(path / "MMEW_Micro_Exp.csv", [[*header, "remarks"], *rows])


@pytest.mark.parametrize(
    ("write", "expressions", "micro"),
    [
        (dfme, 1856, 1856),
        (casme, 193, 193),
        (casme2, 255, 255),
        (casme3, 860, 860),
        (casmesq, 357, 57),
        (samm, 159, 159),
        (sammlv, 502, 159),
        (smic, 164, 164),
        (mmew, 300, 300),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_every_row_of_a_released_sheet_is_kept(tmp_path, write, expressions, micro):
    name = write.__name__
    found = told(write(tmp_path), name, errata=False)
    assert [one for one in found if not isinstance(one, Expression)] == []
    assert (len(found), sum(one.kind == "micro" for one in found)) == (expressions, micro)
    cells = {one.aus_written for one in found}
    # The cell is kept, and what of it is not understood is quoted in a note.
    assert cells == {str(cell).strip().removesuffix(".0") for cell in ODD.get(name, [""])}
    for one in found:
        assert one.aus.aus is not None or not one.aus_written or one.notes
        assert one.emotion is not None or name == "sammlv"
    assert {one.emotion_written for one in found} == set(EMOTIONS.get(name, [""]))
