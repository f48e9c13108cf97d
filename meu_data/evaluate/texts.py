"""BLEU and ROUGE-1 of answers, as two teams of MEGC 2025 and 2026 computed them."""

import re
from collections.abc import Sequence
from statistics import fmean

from meu_data.errors import MissingExtraError
from meu_data.evaluate.result import TextScores

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)?")


def text_scores(said: Sequence[str], wanted: Sequence[str]) -> TextScores:
    """Scores answers against those that are wanted; an answer that is missing is an empty text, and gets 0.

    `bleu`: of the whole, four orders, no smoothing, words of letters and digits in lower case; `rouge1`: mean F1 over
    the same words (github.com/null-xy/MEGC2026, src/local_vllm_batch_runner/evaluation.py). `sentence_bleu`: mean over
    the answers, smoothed by Chen and Cherry's first method, split at blanks; `rouge1_recall`: mean recall of word stems
    (github.com/Humphrey-0125/MEGC2025, ablation/Metrics/BLEU_ROUGE.py, which passes over missing answers).

    Args:
        said: The answers.
        wanted: The right ones, one for each.

    Raises:
        MissingExtraError: sacrebleu, rouge-score or nltk is not installed.
    """
    try:
        from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu
        from rouge_score.rouge_scorer import RougeScorer
        from sacrebleu.metrics.bleu import BLEU
    except ImportError as error:
        raise MissingExtraError(f"--megc needs {error.name}: pip install 'meu-data[evaluation]'") from error

    words = [[_words(text) for text in texts] for texts in (said, wanted)]
    joined = [[" ".join(found) for found in texts] for texts in words]
    corpus = BLEU(tokenize="none", smooth_method="none", force=True).corpus_score(joined[0], [joined[1]])
    rouge = RougeScorer(["rouge1"], use_stemmer=False, tokenizer=_Words())
    stems = RougeScorer(["rouge1"], use_stemmer=True)
    smooth = SmoothingFunction().method1
    pairs = [(one.strip().lower(), other.strip().lower()) for one, other in zip(said, wanted, strict=True)]
    return TextScores(
        answers=len(pairs),
        bleu=corpus.score / 100,
        rouge1=fmean(rouge.score(target, text)["rouge1"].fmeasure if text or target else 1.0 for text, target in pairs),
        sentence_bleu=fmean(
            float(sentence_bleu([target.split()], text.split(), smoothing_function=smooth)) if text and target else 0.0
            for text, target in pairs
        ),
        rouge1_recall=fmean(stems.score(target, text)["rouge1"].recall for text, target in pairs),
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(" ".join(text.lower().split()))


class _Words:
    """The words of null-xy's evaluation, as rouge-score takes a tokenizer."""

    def tokenize(self, text: str) -> list[str]:
        """The words of a text."""
        return _words(text)
