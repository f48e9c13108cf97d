"""From measured motion and the corpus's labels to FGMU annotations."""

from meu_data.drafting.offline.stage import DraftSummary, draft_offline

__all__ = ["DraftSummary", "draft_offline"]
