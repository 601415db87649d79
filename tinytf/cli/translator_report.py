"""How good a translator is: BLEU while it trains, and results with examples at the end."""

from collections.abc import Sequence
from pathlib import Path

from tinytf.bundled import same_value
from tinytf.cli.parsing import visible
from tinytf.cli.train_loop import Rows
from tinytf.cli.translator_data import TranslatorData
from tinytf.data import SentencePair
from tinytf.generation import Translator
from tinytf.metrics import bleu
from tinytf.training import StepRecord, load_model

# BLEU while training: greedy search on this many validation sentences takes a second or two.
N_SENTENCES = 200
N_EXAMPLES = 3


class BLEUWhileTraining:
    """Measures BLEU whenever the validation loss is measured, where sacrebleu is installed.

    Args:
        translator: of the model in training.
        validation: pairs never trained on; the first N_SENTENCES that fit are used.
    """

    def __init__(self, translator: Translator, validation: Sequence[SentencePair]) -> None:
        self.translator = translator
        self.pairs = [pair for pair in validation if _fits(translator, pair)][:N_SENTENCES]
        self.rows: Rows = []
        self.missing = not self.pairs
        try:
            bleu(["a"], ["a"])
        except ImportError as error:
            self.missing = True
            self.rows = [("no BLEU", str(error))]

    def measure(self, record: StepRecord) -> dict[str, float]:
        """BLEU of greedy translations, 0 to 100; nothing without sacrebleu."""
        if self.missing:
            return {}
        found = self.translator.translate([pair.source for pair in self.pairs], beam_size=1)
        return {"BLEU": bleu(found, [pair.target for pair in self.pairs])}


def print_results(directory: Path, data: TranslatorData) -> None:
    """Translate the held-out sentences with the best model, beam 4, and say how many are right."""
    model, checkpoint = load_model(directory)
    translator = Translator(model, checkpoint.tokenizer, checkpoint.source_tokenizer)
    pairs = [pair for pair in data.judged_by if _fits(translator, pair)]
    n_too_long = len(data.judged_by) - len(pairs)
    if n_too_long:
        print(f"{n_too_long} of {len(data.judged_by)} held-out sentences are too long to translate")
    if not pairs:
        return
    found = translator.translate([pair.source for pair in pairs])
    references = [pair.target for pair in pairs]
    n_exact = sum(map(str.__eq__, found, references))
    shown = f"{n_exact} of {len(pairs)} held-out sentences exactly right"
    print(f"{shown} ({100 * n_exact / len(pairs):.1f} %), beam 4")
    if data.task == "english-python":
        n_same = sum(map(same_value, found, references))
        print(f"{n_same} of {len(pairs)} have the right value ({100 * n_same / len(pairs):.1f} %)")
    try:
        print(f"BLEU {bleu(found, references):.2f} (sacrebleu, tokenisation off)")
    except ImportError as error:
        print(f"no BLEU: {error}")
    for pair, translation in list(zip(pairs, found, strict=True))[:N_EXAMPLES]:
        print(f"\n  source     {visible(pair.source)}")
        print(f"  found      {visible(translation)}")
        print(f"  reference  {visible(pair.target)}")


def _fits(translator: Translator, pair: SentencePair) -> bool:
    """Whether the source is short enough for the model."""
    try:
        translator.encode(pair.source)
    except ValueError:
        return False
    return True
