"""Which style goes with which consumer, written down a second time for the tests."""

ANSWERS = ("unifer-cot", "meu", "mer", "meu+mer", "mellm", "mellm2", "megc-vqa")
SINGLE = (*ANSWERS, "unifer-rlvr")
ALL = (*SINGLE, "actfer", "preference")
TOOLED = (*ALL, "actfer-rl")
# By consumer: the styles it takes.
TAKES = {
    "hf": TOOLED,
    "trl": TOOLED,
    "llamafactory": (*ANSWERS, "actfer", "preference"),
    "ms-swift": ALL,
    "verl": (*SINGLE, "actfer", "actfer-rl"),
    "easyr1": ("unifer-rlvr",),
    "qwen-vl": ANSWERS,
    "megc": ("megc-vqa",),
    "unifer-json": ("unifer-cot", "unifer-rlvr"),
    "webdataset": (*SINGLE, "preference"),
}
PAIRS = [(style, consumer) for consumer in TAKES for style in TAKES[consumer]]
