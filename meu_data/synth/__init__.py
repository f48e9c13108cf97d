"""A synthetic corpus in DFME's own layout, with known facial motion, for trying out and measuring the pipeline.

Every "subject" is a warped, relit, sometimes mirrored version of one public-domain portrait (NASA). Nobody
expressed anything; the corpus shows that the program does what it says, and nothing about real faces.
"""

from meu_data.synth.corpus import SynthSummary, make_corpus

__all__ = ["SynthSummary", "make_corpus"]
