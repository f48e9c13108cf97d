"""DFME, SAMM, SAMM Long Videos, SMIC, MMEW and 4DME as released (docs/corpora.md names the sheets that were seen)."""

from meu_data.synth.layouts.layout import Grid, Layout, Row, Shown, one

DFME = Layout(
    corpus="dfme",
    sheet="full_release_annotation/training_full_with_AU.xlsx",
    frames="train_data",
    above=(("Subject", "Filename", "OnsetFrame", "ApexFrame", "OffsetFrame", "Emotion", "EmotionId", "Fps", "AU"),),
    rows=(
        Row(
            ("sub0007", "sub0007_02", 12, 22, 33, "anger", 0, 300, "4+AD38"),
            "train_data/sub0007_02/{:05}.png",
            (one("sub0007", "sub0007_02", (12, 22, 33), "anger", "4 38"),),
            "frown",
        ),
        Row(
            ("sub0001", "sub0001_01", 0, 9, 20, "happiness", 4, 500, 12),
            "train_data/sub0001_01/{:05}.png",
            (one("sub0001", "sub0001_01", (0, 9, 20), "happiness", "12"),),
            first=0,
        ),
        Row(
            ("sub0001", "sub0001_02", 0, 11, 21, "surprise", 6, 500, "R1+R2+5"),
            "train_data/sub0001_02/{:05}.png",
            (one("sub0001", "sub0001_02", (0, 11, 21), "surprise", "R1 R2 5"),),
            "brows",
            first=0,
        ),
        Row(
            ("sub0007", "sub0007_01", 3, 14, 24, "disgust", 2, 300, "4+M57"),
            "train_data/sub0007_01/{:05}.png",
            (one("sub0007", "sub0007_01", (3, 14, 24), "disgust", "4 57"),),
            "frown",
        ),
    ),
    traps=(
        "train_data lies in train_data",
        "rows in no order",
        "frames are numbered from 0, and clips begin with their onset",
        "codes such as AD38 and M57 beside plain numbers",
    ),
)

_SAMM_HEADER = (
    *("Subject", "Filename", "Inducement Code", "Onset Frame", "Apex Frame", "Offset Frame", "Duration", "Micro"),
    *("Action Units", "Estimated Emotion", "Objective Classes", "Notes"),
)
_DURATION = "=SUM(F15-D15)+1"
_SAMM_KEY: Grid = (
    ("Micro-movements, coded by three FACS coders",),
    (),
    ("Key",),
    ("/", "or"),
    ("?", "unclear offset"),
    ("L", "left"),
    ("R", "right"),
    ("A2", "Asymmetric AU 2. Occurs on both sides of face but stronger on one side"),
    *(((),) * 5),
)

SAMM = Layout(
    corpus="samm",
    sheet="SAMM_Micro_FACS_Codes_v2.xlsx",
    frames="SAMM",
    title="MICRO_ONLY",
    above=(*_SAMM_KEY, _SAMM_HEADER),
    rows=(
        Row(
            (
                "006",
                "006_1_2",
                1,
                5562,
                5571,
                5582,
                _DURATION,
                "Micro - 1/2",
                "12+15 ",
                "Happiness",
                1,
                "Blinks",
            ),
            "006/006_1_2/006_{:05}.jpg",
            (one("006", "006_1_2", (5562, 5571, 5582), "happiness", "12 15"),),
        ),
        Row(
            ("006", "006_1_3", 1, 883, 892, 903, _DURATION, "Micro - 1/2", "A12B+ref(43)", "Other", 7, None),
            "006/006_1_3/006_{:04}.jpg",
            (one("006", "006_1_3", (883, 892, 903), "others", "12 43"),),
        ),
        Row(
            (
                "028",
                "028_4_1",
                4,
                1103,
                1143,
                1134,
                _DURATION,
                "Micro - 1/2",
                "L12 or L14",
                "Contempt",
                7,
                "L12?",
            ),
            "028/028_4_1/028_{:05}.jpg",
            # A slip of one digit (davidnvq/me_recognition: 1113).
            (one("028", "028_4_1", (1103, 1113, 1134), "contempt", "L12 L14"),),
        ),
        Row(
            ("035", "035_7_1", 7, 4896, 4905, 4915, _DURATION, "Micro - 1/2", "4A/B+T23", "Anger", 3, None),
            "035/035_7_1/035_{:05}.jpg",
            (one("035", "035_7_1", (4896, 4905, 4915), "anger", "4 23"),),
            "frown",
        ),
    ),
    traps=(
        "the header stands in row 14, below a key of the signs",
        "subjects are text, Duration is a formula",
        "some clips write numbers with four digits",
        "A12B, ref(43), L12 or L14, 4A/B, T23, a stray blank",
        "an apex that is a slip of one digit",
        "objective classes, which are no emotions",
    ),
)

SAMM_VIDEO = Layout(
    corpus="samm",
    sheet="SAMM_Micro_FACS_Codes_v2.xlsx",
    frames="samm_video",
    title="MICRO_ONLY",
    above=(*_SAMM_KEY, _SAMM_HEADER),
    rows=(
        Row(
            ("006", "006_1_2", 1, 5562, 5571, 5582, _DURATION, "Micro - 1/2", "12", "Happiness", 1, None),
            "006_1_2.mp4",
            (one("006", "006_1_2", (5562, 5571, 5582), "happiness", "12"),),
            first=5562,
        ),
        Row(
            ("035", "035_7_1", 7, 4896, 4905, 4915, _DURATION, "Micro - 1/2", "4B", "Anger", 3, None),
            "035_7_1.mp4",
            (one("035", "035_7_1", (4896, 4905, 4915), "anger", "4"),),
            "frown",
            first=4896,
        ),
    ),
    traps=("each clip is a video whose first picture is the onset", "no folder for a person"),
)

_LONG_HEADER = ("Subject", "Filename", "Inducement Code", "Onset", "Apex", "Offset", "Duration", "Type")

SAMMLV = Layout(
    corpus="sammlv",
    sheet="SAMM_LongVideos_V2_Release.xlsx",
    frames="SAMM_longvideos",
    title="FACS_Movement_Only",
    above=(*((("note",),) * 9), (*_LONG_HEADER, "Action Units", "Notes")),
    rows=(
        Row(
            ("006", "006_1_1", 1, 100.4, 110.6, 120, 21, "Macro", "12C", None),
            "006_1/006_1_{:04}.jpg",
            (one("006", "006_1_1", (100, 111, 120), None, "12", kind="macro"),),
        ),
        Row(
            ("006", "006_1_2", 1, 566.4, -1, 586, 20, "Micro - 1/2", "(L/A)4B", "x"),
            "006_1/006_1_{:04}.jpg",
            (one("006", "006_1_2", (566, None, 586), None, "L4"),),
            "frown",
            (Shown("frown", 566, 575, 586),),
        ),
        Row(
            ("037", "037_4_1", 4, 0, 10, 21, 21, "Micro - 1/2", "1A/B+2(B/C)", None),
            "037_4/037_4_{:04}.jpg",
            (one("037", "037_4_1", (0, 10, 21), None, "1 2"),),
            "brows",
            first=0,
        ),
        Row(
            ("037", "037_4_1", 4, 30, 40, 50, 21, "Macro", "Chewing", None),
            "037_4/037_4_{:04}.jpg",
            (one("037", "037_4_1", (30, 40, 50), None, None, kind="macro"),),
        ),
    ),
    traps=(
        "the header stands in row 10",
        "frame numbers with fractions, of recordings that hold several clips",
        "-1 where there is no apex",
        "no emotion",
        "macro-expressions; one clip's name stands for both",
        "(L/A)4B, 2(B/C), and a coder's word in place of AUs",
    ),
)

_SMIC_HEADER = (
    *("Subject", "Filename", None, "OnsetF", "OffsetF", "Onset2F", "Offset2F", "Onset3F", "Offset3F", None),
    *("FirstF", "LastF", "TotalMF1", "TotalMF2", "TotalMF3", "TotalVL", "Emotion", None, None),
)
_SMIC_TAIL = (None, 1, 2, 21, 21, 21, 60)
_SMIC_BELOW: Grid = ((), ("* frames of the high speed camera",), (*((None,) * 12), 164, 164))

SMIC_HS = Layout(
    corpus="smic",
    sheet="SMIC-HS-E_annotation.xlsx",
    frames="SMIC-HS-E",
    title="HS",
    above=(_SMIC_HEADER,),
    rows=(
        Row(
            (3, "s3_ne_01", None, "061206", "061226", None, None, None, None, *_SMIC_TAIL, "negative"),
            "HS/s03/s03_ne_01/image{:06}.jpg",
            (one("s03", "s3_ne_01", (61206, None, 61226), "negative", None),),
            "frown",
            (Shown("frown", 61206, 61216, 61226),),
        ),
        Row(
            (
                20,
                "s20_po_01",
                None,
                17581039,
                17581059,
                17581080,
                17581099,
                32615604,
                32615622,
                *_SMIC_TAIL,
                "positive",
            ),
            "HS/s20/s20_po_01/image{:06}.jpg",
            (
                one("s20", "s20_po_01", (17581039, None, 17581059), "positive", None),
                one("s20", "s20_po_01", (17581080, None, 17581099), "positive", None),
                one("s20", "s20_po_01", (32615604, None, 32615622), "positive", None),
            ),
            shown=(
                Shown("smile", 17581039, 17581048, 17581059),
                Shown("smile", 17581080, 17581088, 17581099),
                Shown("smile", 32615604, 32615613, 32615622),
            ),
        ),
        Row(
            (18, "s18_sur_03", None, 559740, 559760, None, None, None, None, *_SMIC_TAIL, "surprise"),
            "HS/s18/s18_sur_03/image{:06}.jpg",
            (one("s18", "s18_sur_03", (559740, None, 559760), "surprise", None, problem="holds no HS/s18/s18_sur_03"),),
            absent=frozenset(range(559700, 559800)),
        ),
    ),
    below=_SMIC_BELOW,
    beside=(("VIS", (_SMIC_HEADER,)), ("Sheet2", ()), ("Sheet3", ())),
    traps=(
        "no apex, no AUs",
        "a row with three expressions",
        "numbers of up to eight digits, written with six at least",
        "s3 in the sheet, s03 among the folders",
        "the clip s18_sur_03 is not there",
        "texts below the table",
    ),
)


def _smic(camera: str, ending: str) -> Layout:
    """A worksheet for a camera, with the frames that were cut out, below a folder for the emotion."""
    return Layout(
        corpus="smic",
        sheet="SMIC-HS-E_annotation.xlsx",
        frames="SMIC_all_cropped",
        title=camera,
        worksheet=camera,
        above=(_SMIC_HEADER,),
        rows=(
            Row(
                (11, "s11_ne_02", None, 25, 45, None, None, None, None, *_SMIC_TAIL, "negative"),
                f"{camera}/s11/micro/negative/s11_ne_02/reg_image{{:06}}.{ending}",
                (one("s11", "s11_ne_02", (25, None, 45), "negative", None),),
                "frown",
                (Shown("frown", 25, 34, 45),),
            ),
            Row(
                (12, "s12_sur_01", None, 140, 160, 180, 199, None, None, *_SMIC_TAIL, "surprise"),
                f"{camera}/s12/micro/surprise/s12_sur_01/reg_image{{:06}}.{ending}",
                (
                    one("s12", "s12_sur_01", (140, None, 160), "surprise", None),
                    one("s12", "s12_sur_01", (180, None, 199), "surprise", None),
                ),
                "brows",
                (Shown("brows", 140, 150, 160), Shown("brows", 180, 190, 199)),
            ),
        ),
        beside=(("<HS", (_SMIC_HEADER, (1, "s1_ne_01", None, 559740, 559760, *((None,) * 11), "negative"))),),
        traps=(
            f"the worksheet {camera} stands behind HS",
            "cropped frames below a folder for the emotion",
            "a row with two expressions",
        ),
    )


SMIC_VIS, SMIC_NIR = _smic("VIS", "bmp"), _smic("NIR", "bmp")

MMEW = Layout(
    corpus="mmew",
    sheet="MMEW_Micro_Exp.csv",
    frames="MMEW",
    above=(
        (
            "Subject",
            "Filename",
            "OnsetFrame",
            "ApexFrame",
            "OffsetFrame",
            "Action Units",
            "Estimated Emotion",
            "remarks",
        ),
    ),
    rows=(
        Row(
            (1, "S01-01-001", 1, 9, 20, "12L", "happiness", None),
            "Micro_Expression/happiness/S01-01-001/{}.jpg",
            (one("01", "S01-01-001", (1, 9, 20), "happiness", "L12"),),
            first=1,
        ),
        Row(
            (4, "S04-03-001", 1, 12, 22, "4R+7", "disgust", None),
            "Micro_Expression/disgust/S04-03-001/{}.jpg",
            (one("04", "S04-03-001", (1, 12, 22), "disgust", "R4 7"),),
            "frown",
            first=1,
        ),
        Row(
            (30, "S30-04-001", 1, 10, 21, "1+2", "others", None),
            "Micro_Expression/others/S30-04-001/{}.jpg",
            (one("30", "S30-04-001", (1, 10, 21), "others", "1 2"),),
            "brows",
            first=1,
        ),
    ),
    decoys=(("Macro_Expression/S01/anger/S01-07-{:03}.jpg", range(1, 3)),),
    traps=(
        "a folder for the emotion, trimmed clips that begin with frame 1",
        "sides behind the number: 12L, 4R+7",
        "subjects are numbers, their clips begin with S01",
        "stills of macro-expressions beside the clips",
    ),
)

_FOUR_DME_HEADER = (
    *("sub_ID", "fold_name", "Emotion", "Onset", "Apex", "Offset", "AUs", "fold", "eye blink", "Positive"),
    *("Negative", "Surprise", "Repression", "Others", "Total", "AU1", "AU2", "AU4"),
)

FOUR_DME = Layout(
    corpus="4dme",
    sheet="4DME_Labelling_Micro_release v1.xlsx",
    frames="gray_micro",
    above=(_FOUR_DME_HEADER,),
    rows=(
        Row(
            ("S1", "S1_1st_001_01_1", "Surprise+Positive", 1, 9, 20, "AU1+AU2", 1, 0, 1, 0, 1, 0, 0, 2, 1, 1, 0),
            "S1/S1_1st_001_01_1/{}.jpg",
            (one("S1", "S1_1st_001_01_1", (1, 9, 20), None, "1 2"),),
            "brows",
            first=1,
        ),
        Row(
            ("S2", "S2_1st_002_01_1", "Negative", 1, 11, 21, "AU4(k)+L7", 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1),
            "S2/S2_1st_002_01_1/{}.jpg",
            (one("S2", "S2_1st_002_01_1", (1, 11, 21), "negative", "4 L7"),),
            "frown",
            first=1,
        ),
        Row(
            ("S2", "S2_1st_002_02_1", "Positive", 1, 10, 19, "AUR2+12(k)+45", 1, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0),
            "S2/S2_1st_002_02_1/{}.jpg",
            (one("S2", "S2_1st_002_02_1", (1, 10, 19), "positive", "R2 12 45"),),
            first=1,
        ),
    ),
    below=((*((None,) * 8), 0, 2, 1, 1, 0, 0, 4, 1, 2, 1),),
    traps=(
        "no sheet of it was seen: this is what public loaders read",
        "two emotions in one cell",
        "AUs that are static all through the clip, (k)",
        "columns that mark each AU again, and a last row of sums",
    ),
)
