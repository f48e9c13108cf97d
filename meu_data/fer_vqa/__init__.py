"""Plain tables of facial expressions as questions about pictures: the rows of UniFER's FERBench and RLVR sets."""

from meu_data.fer_vqa.stage import FerSummary, fer_vqa
from meu_data.fer_vqa.usable import FerProblem

__all__ = ["FerProblem", "FerSummary", "fer_vqa"]
