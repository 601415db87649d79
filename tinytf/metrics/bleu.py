"""BLEU of translations (Papineni et al. 2002), computed by sacrebleu (Post 2018).

BLEU written once more is a number that compares with nobody's: tokenisation, smoothing and case
change it by points. So there is none of our own here.
"""

from collections.abc import Sequence


def bleu(hypotheses: Sequence[str], references: Sequence[str]) -> float:
    """Corpus BLEU, 0 to 100, of texts that are tokenised already.

    The texts are compared as they stand: words are what spaces separate ("a dog ." has three), and
    case counts. Lower-case and tokenise both sides first where a published number did so. In
    sacrebleu's words: `nrefs:1|case:mixed|eff:no|tok:none|smooth:exp`.

    Args:
        hypotheses: what the model wrote, one sentence each; may be empty strings.
        references: the right translations, one for each hypothesis.

    Raises:
        ImportError: sacrebleu is not installed; says which extra has it.
        ValueError: not as many references as hypotheses, or none at all.
    """
    try:
        from sacrebleu.metrics.bleu import BLEU
    except ImportError as error:
        raise ImportError('BLEU needs sacrebleu: pip install "tinytf[bleu]"') from error
    if len(hypotheses) != len(references):
        raise ValueError(
            f"references: expected one for each of the {len(hypotheses)} hypotheses, "
            f"got {len(references)}"
        )
    if not hypotheses:
        raise ValueError("hypotheses: expected at least one, got none")
    # force: sacrebleu would warn about text that looks tokenised; here it is meant to be.
    score = BLEU(tokenize="none", force=True).corpus_score(list(hypotheses), [list(references)])
    return float(score.score)
