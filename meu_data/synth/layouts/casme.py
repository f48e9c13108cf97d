"""CASME, CASME II, CAS(ME)^2 and CAS(ME)^3 as released (docs/corpora.md names the sheets that were seen)."""

from meu_data.synth.layouts.layout import Layout, Row, Shown, one

_CASME_HEADER = ("Subject", "Filename", "OnsetF", "ApexF1", "ApexF2", "OffsetF", "Emotion", *([None] * 290))

CASME = Layout(
    corpus="casme",
    sheet="CASME.csv",
    frames="CASME",
    above=(_CASME_HEADER,),
    rows=(
        Row(
            (1, "EP01_12", 73, 80, "\\", 90, "tense"),
            "sub01/EP01_12/EP01_12-{}.jpg",
            (one("01", "EP01_12", (73, 80, 90), "tense", None),),
            "frown",
        ),
        Row(
            (1, "EP01_12", 100, 109, 112, 119, "comtempt"),
            "sub01/EP01_12/EP01_12-{}.jpg",
            (one("01", "EP01_12", (100, 109, 119), "contempt", None),),
        ),
        Row(
            (2, "EP01_12", 9, 15, "", 24, "repression"),
            "sub02/EP01_12/EP01_12-{:03}.jpg",
            (one("02", "EP01_12", (9, 15, 24), "repression", None),),
            "brows",
        ),
    ),
    traps=(
        "290 columns without a name",
        r"a second apex, \ where there is none",
        "the misspelt comtempt",
        "the clip EP01_12 of two persons",
        "two expressions in one recording",
        "section B writes numbers with three digits",
        "no column of AUs",
    ),
)

_CASME2_HEADER = ("Subject", "Filename", None, "OnsetFrame", "ApexFrame", "OffsetFrame", None, "Action Units")

CASME2_2014 = Layout(
    corpus="casme2",
    sheet="CASME2-coding-20140508.xlsx",
    frames="CASME2-RAW",
    above=((*_CASME2_HEADER, "Estimated Emotion"),),
    rows=(
        Row(
            ("01", "EP02_01f", None, 46, 56, 66, None, "4+L10", "disgust"),
            "sub01/EP02_01f/img{}.jpg",
            (one("01", "EP02_01f", (46, 56, 66), "disgust", "4 L10"),),
            "frown",
        ),
        Row(
            ("02", "EP02_01f", None, 1, "9", 17, None, 12, "happiness"),
            "sub02/EP02_01f/img{}.jpg",
            (one("02", "EP02_01f", (1, 9, 17), "happiness", "12"),),
            first=1,
        ),
        Row(
            ("04", "EP12_01f", None, 257, "/", 277, None, "1+2", "surprise"),
            "sub04/EP12_01f/img{}.jpg",
            (one("04", "EP12_01f", (257, None, 277), "surprise", "1 2"),),
            "brows",
            (Shown("brows", 257, 266, 277),),
        ),
        Row(
            ("05", "EP09_05f", None, 69, 69, 89, None, "?", "repression"),
            "sub05/EP09_05f/img{}.jpg",
            (one("05", "EP09_05f", (69, None, 89), "repression", None),),
            "frown",
            (Shown("frown", 69, 80, 89),),
        ),
        Row(
            ("06", "EP03_1", None, 95, 106, 106, None, "R4+7", "others"),
            "sub06/EP03_1/img{}.jpg",
            (one("06", "EP03_1", (95, 106, 106), "others", "R4 7"),),
            "frown",
        ),
    ),
    beside=(("Sheet2", ()), ("Sheet3", ())),
    traps=(
        "columns without a name between those with one",
        "subjects are text with a leading zero, folders begin with sub",
        "the clip EP02_01f of two persons",
        "/ where there is no apex",
        "an apex that is text",
        "an apex that is the onset",
        "an apex that is the offset",
        "AUs that are a number, and ? where they are not known",
    ),
)

CASME2_2019 = Layout(
    corpus="casme2",
    sheet="CASME2-coding-20190701.xlsx",
    frames="CASME2",
    above=((*_CASME2_HEADER, "Estimated Emotion", "Objective Classes"),),
    rows=(
        Row(
            (1, "EP19_03f", None, 46, 56, 66, None, "4+7", "others", 3),
            "Cropped/sub01/EP19_03f/reg_img{}.jpg",
            (one("01", "EP19_03f", (46, 56, 66), "others", "4 7"),),
            "frown",
        ),
        Row(
            (2, "EP07_01", None, 120, 128, 137, None, "1+2", "surprise", 2),
            "Cropped/sub02/EP07_01/reg_img{}.jpg",
            (one("02", "EP07_01", (120, 128, 137), "surprise", "1 2"),),
            "brows",
        ),
        Row(
            (16, "EP01_08", None, 33, 41, 52, None, "R12", "happiness", 1),
            "Cropped/sub16/EP01_08/reg_img{}.jpg",
            (one("16", "EP01_08", (33, 41, 52), "happiness", "R12", problem="reg_img41.jpg is missing"),),
            absent=frozenset(range(36, 45)),
        ),
    ),
    # The raw frames of one clip lie beside the crops of all.
    decoys=(("CASME2_RAW_selected/sub01/EP19_03f/img{}.jpg", range(44, 68)),),
    traps=(
        "subjects are numbers",
        "objective classes, which are no emotions",
        "cropped frames lack some of sub16/EP01_08",
        "raw frames of one clip lie beside the crops",
    ),
)

CASME2_VIDEO = Layout(
    corpus="casme2",
    sheet="CASME2-coding-20140508.xlsx",
    frames="casme2",
    above=((*_CASME2_HEADER, "Estimated Emotion"),),
    rows=(
        Row(
            ("01", "EP02_01f", None, 6, 15, 25, None, "4", "disgust"),
            "sub01/EP02_01f.avi",
            (one("01", "EP02_01f", (6, 15, 25), "disgust", "4"),),
            "frown",
            first=1,
        ),
        Row(
            ("02", "EP06_02f", None, 1, 11, 20, None, "12", "happiness"),
            "sub02/EP06_02f.avi",
            (one("02", "EP06_02f", (1, 11, 20), "happiness", "12"),),
            first=1,
        ),
    ),
    traps=("each recording is a video whose first picture is frame 1",),
)

_VIDEOS = (("0101", "disgust1"), ("0102", "disgust2"), ("0401", "anger1"), ("0402", "anger2"), ("0502", "happy1"))

CASMESQ = Layout(
    corpus="casmesq",
    sheet="CAS(ME)^2code_final(Updated).xlsx",
    frames="rawpic",
    title="CASFEcode_final",
    above=(),
    rows=(
        Row(
            (1, "anger1_1", 557, 566, 577, "4", "negative", "micro-expression", "anger"),
            "s15/15_0401girlcrashing/img{}.jpg",
            (one("1", "anger1_1", (557, 566, 577), "negative", "4"),),
            "frown",
        ),
        Row(
            (1, "anger1_2", 600, 612, 0, "NULL", "others", "macro-expression", "helpless"),
            "s15/15_0401girlcrashing/img{}.jpg",
            (one("1", "anger1_2", (600, 612, 612), "others", None, kind="macro"),),
            "brows",
        ),
        Row(
            (1, "disgust1_1", 9, 17, 28, "14or23", "negative", "micro-expression", "disgust"),
            "s15/15_0101disgustingteeth/img{:03}.jpg",
            (one("1", "disgust1_1", (9, 17, 28), "negative", "14 23"),),
            "frown",
        ),
        Row(
            (22, "happy5_1", 300, 0, 320, "12", "positive", "macro-expression", "happyiness"),
            "s40/40_0508funnyerrors/img{}.jpg",
            (one("22", "happy5_1", (300, None, 320), "positive", "12", kind="macro"),),
            shown=(Shown("smile", 300, 309, 320),),
        ),
        Row(
            (3, "disgust2_1", 400, 430, 420, "1+2", "surprise", "micro-expression", "pain"),
            "s19/19_0102eatingworms/img{}.jpg",
            (one("3", "disgust2_1", (400, None, 420), "surprise", "1 2"),),
            "brows",
            (Shown("brows", 400, 410, 420),),
        ),
    ),
    beside=(("naming rule1", ((15, "s15", 1), (19, "s19", 3), (40, "s40", 22))), ("naming rule2", _VIDEOS)),
    # A code with more digits is another video.
    decoys=(("s15/15_04011another/img{}.jpg", range(557, 560)),),
    traps=(
        "no header",
        "folders are named by other worksheets, with free text behind the code",
        "an offset of 0: the clip ends with its apex",
        "an apex of 0, and one behind the offset",
        "NULL where AUs are not known, and 14or23",
        "some folders write numbers with three digits",
        "macro-expressions among micro-expressions",
    ),
)

CASMESQ_VIDEO = Layout(
    corpus="casmesq",
    sheet="CAS(ME)^2code_final(Updated).xlsx",
    frames="rawvideo",
    title="CASFEcode_final",
    above=(),
    rows=(
        Row(
            (1, "disgust1_1", 9, 17, 28, "4", "negative", "micro-expression", "disgust"),
            "s15/15_0101disgustingteeth.avi",
            (one("1", "disgust1_1", (9, 17, 28), "negative", "4"),),
            "frown",
            first=1,
        ),
        Row(
            (2, "happy1_1", 5, 14, 25, "12", "positive", "micro-expression", "happyiness"),
            "s16/16_0502funnyfarting.avi",
            (one("2", "happy1_1", (5, 14, 25), "positive", "12"),),
            first=1,
        ),
    ),
    beside=(("naming rule1", ((15, "s15", 1), (16, "s16", 2))), ("naming rule2", _VIDEOS)),
    traps=(
        "each recording is a video whose first picture is frame 1",
        "videos are named by other worksheets, with free text behind the code",
    ),
)

_CASME3_HEADER = ("Subject", "Filename", "Onset", "Apex", "Offset", "AU", "Objective class", "emotion")
_CASME3_BLANK: tuple[tuple[None, ...], ...] = ((None,) * 17,) * 3

CASME3 = Layout(
    corpus="casme3",
    sheet="cas(me)3_part_A_ME_label_JpgIndex_v2.xlsx",
    frames="part_A",
    title="label",
    above=(_CASME3_HEADER,),
    rows=(
        Row(
            ("spNO.1", "a", "355", "363", "373", "2+1", "II", "surprise"),
            "spNO.1/a/color/{}.jpg",
            (one("spNO.1", "a", (355, 363, 373), "surprise", "2 1"),),
            "brows",
        ),
        Row(
            ("spNO.1", "a", "380", "388", "397", "4", "III", "Others"),
            "spNO.1/a/color/{}.jpg",
            (one("spNO.1", "a", (380, 388, 397), "others", "4"),),
            "frown",
        ),
        Row(
            ("spNO.14", "J", "5", "5", "24", "R4+T23+B28", "II", "disgust"),
            "spNo.14/j/color/{}.jpg",
            (one("spNO.14", "J", (5, None, 24), "disgust", "R4 23 28"),),
            "frown",
            (Shown("frown", 5, 14, 24),),
        ),
        Row(
            ("spNO.149", "d", "150", "83", "170", "4+7", "V", "sad"),
            "spNO.149/d/color/{}.jpg",
            (one("spNO.149", "d", (150, None, 170), "sadness", "4 7"),),
            "frown",
            (Shown("frown", 150, 160, 170),),
        ),
        Row(
            ("spNO.216", "e", "0", "0", "30", "1+2", "VII", "surprise"),
            "spNO.216/e/color/{}.jpg",
            # No frame 0 exists: jingtingEmmaLi/CAS-ME-3 has the onset, QqXuyujie the apex.
            (one("spNO.216", "e", (1, 17, 30), "surprise", "1 2"),),
            "brows",
            first=1,
        ),
        Row(
            ("spNO.2", "e", "134", "143", "153", "12+15+B28+B28", "I", "happy"),
            "spNO.2/e/color/{}.jpg",
            # A hand hides the apex (the error list of part A).
            (one("spNO.2", "e", (134, None, 153), "happiness", "12 15 28"),),
            shown=(Shown("smile", 134, 143, 153),),
        ),
        Row(
            ("spNO.3", "b", "20", "28", "37", "12", "I", "happy"),
            "spNO.3/b/color/{}.jpg",
            (one("spNO.3", "b", (20, 28, 37), "happiness", "12", problem="28.jpg is missing"),),
            absent=frozenset({28}),
        ),
    ),
    beside=(("Sheet1", _CASME3_BLANK), ("Sheet3", ())),
    decoys=(("spNO.1/a/depth/{}.png", range(353, 400)),),
    traps=(
        "a blank Sheet1 beside the table",
        "every cell is text",
        "several expressions in one recording",
        "folders in other case: spNo.14/j",
        "depth pictures of the same numbers",
        "an apex that is the onset, one before it, one that a hand hides, one without a picture",
        "an onset without a picture",
        "AUs in no order, of one lip, twice",
        "objective classes in Roman numbers, which are no emotions",
    ),
)

CASME3_VIDEO = Layout(
    corpus="casme3",
    sheet="cas(me)3_part_A_ME_label_JpgIndex_v2.xlsx",
    frames="Part_A_ME_clip",
    title="label",
    above=(_CASME3_HEADER,),
    rows=(
        Row(
            ("spNO.1", "a", "355", "363", "373", "1+2", "II", "surprise"),
            "video/spNO.1_a_355.mp4",
            (one("spNO.1", "a", (355, 363, 373), "surprise", "1 2"),),
            "brows",
            first=355,
        ),
        Row(
            ("spNO.1", "a", "380", "388", "397", "4", "III", "anger"),
            "video/spNO.1_a_380.mp4",
            (one("spNO.1", "a", (380, 388, 397), "anger", "4"),),
            "frown",
            first=380,
        ),
    ),
    beside=(("Sheet1", _CASME3_BLANK),),
    traps=("each expression is a video whose first picture is the onset",),
)

CASME3C = Layout(
    corpus="casme3c",
    sheet="CAS(ME)3_part_C_ME.xlsx",
    frames="part_C",
    title="mockCrimeME",
    above=(("sub", "count", "onset", "offset", "au", "emotion"),),
    rows=(
        Row(
            (1, 1, 10, 30, "R4,5", "negative"),
            "01/1/color/{}.jpg",
            (one("1", "1", (10, None, 30), "negative", "R4 5"),),
            "frown",
            (Shown("frown", 10, 20, 30),),
        ),
        Row(
            (1, 2, 310, 329, "12,L24,", "others"),
            "01/2/color/{}.jpg",
            (one("1", "2", (310, None, 329), "others", "12 L24"),),
            shown=(Shown("smile", 310, 318, 329),),
        ),
        Row(
            (2, 1, 15, 35, "4，11", "surprise"),
            "02/1/color/{}.jpg",
            (one("2", "1", (15, None, 35), "surprise", "4 11"),),
            "frown",
            (Shown("frown", 15, 24, 35),),
        ),
        Row(
            (2, 2, 55, 75, "13?", "positive"),
            "02/2/color/{}.jpg",
            (one("2", "2", (55, None, 75), "positive", "13"),),
            shown=(Shown("smile", 55, 65, 75),),
        ),
        Row(
            (2, 3, 90, 110, 41, "negative"),
            "02/3/color/{}.jpg",
            (one("2", "3", (90, None, 110), "negative", "41"),),
            "frown",
            (Shown("frown", 90, 99, 110),),
        ),
    ),
    traps=(
        "no apex",
        "expressions are numbered, and two persons have a first one",
        "AUs behind commas, one of them full-width, one with nothing behind",
        "13? and the FACS code 41 of 1978",
    ),
)
