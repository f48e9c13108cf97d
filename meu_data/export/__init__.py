"""Export: from drafts and reviews to the Parquet that trainers read.

A style says what a row holds, a format how one consumer wants it; both are modules of pure functions. One
streaming writer serves them all.
"""

from meu_data.export.stage import ExportSummary, export

__all__ = ["ExportSummary", "export"]
