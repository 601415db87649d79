"""Measures of what a model got right: pure functions of predictions and truths.

Shares are fractions from 0 to 1; only BLEU is 0 to 100, as in every paper.
"""

from tinytf.metrics.bleu import bleu

__all__ = ["bleu"]
