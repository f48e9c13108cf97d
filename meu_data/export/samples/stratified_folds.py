"""Groups drawn into folds by scikit-learn, in a process of its own: a question in JSON comes in, the folds go out."""

import json
import sys
import warnings
from collections import Counter
from collections.abc import Sequence


def folds(codes: Sequence[int], groups: Sequence[int], count: int, seed: int) -> list[list[int]]:
    """Which groups are in which fold.

    Args:
        codes: (N) the class of each sample.
        groups: (N) the group of each sample; a group is in one fold.
        count: How many folds, if no class has fewer samples.
        seed: Of the draw.

    Returns:
        The groups of each fold, in order.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    splitter = StratifiedGroupKFold(max(2, min(count, max(Counter(codes).values()))), shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        # It warns of classes with fewer members than folds, of which every corpus has some.
        warnings.simplefilter("ignore", UserWarning)
        drawn = [held for _, held in splitter.split(codes, codes, groups)]
    return [sorted({groups[row] for row in held}) for held in drawn]


if __name__ == "__main__":
    json.dump(folds(**json.load(sys.stdin)), sys.stdout)
