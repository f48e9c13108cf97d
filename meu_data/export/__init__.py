"""Export: from drafts and reviews to the Parquet that trainers read.

A style says what a row holds, a format how one consumer wants it; both are modules of pure functions. One
streaming writer serves them all. Empty until it is used, see `meu_data`.
"""

from typing import TYPE_CHECKING

from meu_data.lazy import lazy

if TYPE_CHECKING:
    from meu_data.export.stage import ExportSummary, export
else:
    __getattr__, __dir__ = lazy(
        __name__, {"ExportSummary": "meu_data.export.stage:ExportSummary", "export": "meu_data.export.stage:export"}
    )

__all__ = ["ExportSummary", "export"]
