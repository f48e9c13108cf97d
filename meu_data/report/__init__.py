"""A workspace as one page to look at: what is there, what was lost, what is doubtful, and the samples themselves.

Empty until it is used, see `meu_data`.
"""

from typing import TYPE_CHECKING

from meu_data.lazy import lazy

if TYPE_CHECKING:
    from meu_data.report.stage import ReportSummary, report
else:
    __getattr__, __dir__ = lazy(
        __name__, {"ReportSummary": "meu_data.report.stage:ReportSummary", "report": "meu_data.report.stage:report"}
    )

__all__ = ["ReportSummary", "report"]
