"""Predictions against the labels: the tables of the papers, each as one command.

Empty until it is used, see `meu_data`.
"""

from typing import TYPE_CHECKING

from meu_data.lazy import lazy

if TYPE_CHECKING:
    from meu_data.evaluate.comparison import Comparison
    from meu_data.evaluate.predicting.stage import PredictSummary
    from meu_data.evaluate.result import EvaluationResult
    from meu_data.evaluate.stage import evaluate
else:
    __getattr__, __dir__ = lazy(
        __name__,
        {
            "Comparison": "meu_data.evaluate.comparison:Comparison",
            "EvaluationResult": "meu_data.evaluate.result:EvaluationResult",
            "PredictSummary": "meu_data.evaluate.predicting.stage:PredictSummary",
            "evaluate": "meu_data.evaluate.stage:evaluate",
        },
    )

__all__ = ["Comparison", "EvaluationResult", "PredictSummary", "evaluate"]
