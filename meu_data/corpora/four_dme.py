"""4DME: `4DME_Labelling_Micro_release v1.xlsx`. No sheet was seen: what is here is what public loaders read.

tvaranka/meb meb/datasets/datasets.py reads sub_ID, fold_name, Emotion, Onset, Apex, Offset and AUs, beside columns that
mark each AU; an earlier table has values with an apostrophe behind them and sums in its last row. meb also swaps the
AUs of rows 144 and 145, without saying whose they are or how many rows the sheet has: not applied.
"""

from meu_data.corpora.columns import columns
from meu_data.corpora.corpus import Corpus, Terms

CORPUS = Corpus(
    columns=columns(
        Filename=("foldname", "videonumber"),
        Emotion=("emotion", "videoemo"),
        SelfReport=("selfreportemo", "selfreportemotion"),
    ),
    optional=frozenset({"ApexFrame", "Emotion", "AU"}),
    frames=("{subject}/{clip}/{frame}.jpg", "{subject}/{clip}/{frame}.png", "{clip}/{frame}.jpg"),
    classes=("positive", "negative", "surprise", "repression", "others"),
    form=r"S?\d+/S?\d+_\w+",
    terms=Terms(
        "4DME",
        "on request from its authors, for a signed licence agreement",
        "https://www.oulu.fi/cmvs",
        "Li et al., 4DME, IEEE Transactions on Affective Computing 14 (4), 2023, doi 10.1109/TAFFC.2022.3182342",
    ),
    unverified=True,
)
