"""From a corpus's annotation sheet and frames to samples and problems; one module per corpus."""

from meu_data.corpora.extract import ExtractSummary, extract

__all__ = ["ExtractSummary", "extract"]
