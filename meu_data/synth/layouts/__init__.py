"""Small synthetic corpora in the layouts of the releases, each with that release's traps and what is right."""

from meu_data.synth.layouts.writing import LAYOUTS, LayoutSummary, make_layout

__all__ = ["LAYOUTS", "LayoutSummary", "make_layout"]
