"""`tinytf train translator`: train an encoder-decoder on sentence pairs."""

import argparse
import json
from collections.abc import Sequence
from typing import Any

from tinytf.cli.parsing import Parser, UserError, counted, one_line, quoted, real, visible, whole
from tinytf.cli.run_setup import (
    checked_settings,
    fingerprint,
    given_options,
    new_run,
    output_directory,
    saved_run,
)
from tinytf.cli.train_loop import Rows, advice_on_memory, train
from tinytf.cli.train_options import (
    add_run_options,
    add_sizes,
    add_switches,
    add_training_options,
)
from tinytf.cli.train_settings import make_config
from tinytf.cli.training_run import BestBy, TrainingRun
from tinytf.cli.translator_data import BUNDLED, DATA_OPTIONS, OWN_DATA, TranslatorData, read_data
from tinytf.cli.translator_report import BLEUWhileTraining, print_results
from tinytf.cli.translator_settings import TRANSLATOR_PRESETS, TranslatorSettings
from tinytf.data import SentencePair
from tinytf.generation import SPECIALS, Translator
from tinytf.text import BPETokenizer, SpecialTokenizer, WordTokenizer
from tinytf.training import Checkpoint, IdPair, SpecialIds, TranslationTask

_EXAMPLES = """\
examples:
  tinytf train translator                                English-German by the bundled grammar
  tinytf train translator --task english-python          sums in words to Python
  tinytf train translator --pairs pairs.tsv              source TAB target, a pair a line
  tinytf train translator --source a.en --target a.de    line i translates line i
  tinytf train translator --gettext /usr/share/locale    what this machine's programs say
  tinytf train translator --resume tinytf-translator --steps 6000
"""

_SMALLER = "a smaller model (--d-model, --n-layers, --d-ff) or smaller batches (--max-tokens)"
_DIRECTORY = "tinytf-translator"
_LONGEST_SHOWN = 120  # characters of the pair in the summary
_BEST_BY = BestBy("validation_loss", lowest=True)

TranslatorRun = TrainingRun[TranslatorSettings]


def add_parser(models: Any) -> None:
    """Add `translator` to the models of `tinytf train`."""
    parser: Parser = models.add_parser(
        "translator",
        help="an encoder-decoder: sentences to sentences",
        description="Train an encoder-decoder (Vaswani et al. 2017) on sentence pairs.",
        epilog=_EXAMPLES,
    )
    data = parser.add_argument_group("data (default: --task english-german)").add_argument
    data("--pairs", metavar="FILE", help="tab-separated: source TAB target")
    data("--source", metavar="F", help="source sentences, one a line")
    data("--target", metavar="F", help="their translations, line by line")
    data("--gettext", metavar="DIR", help="the .mo catalogues of programs below DIR")
    data("--language", metavar="CODE", help="of the catalogues; default de")
    data("--task", choices=list(BUNDLED), help="bundled, no download")
    data("--validation-pairs", metavar="FILE", help="as --pairs; default: hold some pairs out")
    data("--validation-source", metavar="F", help="as --source")
    data("--validation-target", metavar="F", help="as --target")
    add_run_options(
        parser, _DIRECTORY, list(TRANSLATOR_PRESETS), "grammar; for your own data translator"
    )
    sizes = parser.add_argument_group("key variables")
    sizes.add_argument(
        "--vocab-size", type=whole(5), metavar="V", help="tokens of each vocabulary, at most"
    )
    add_sizes(sizes)
    sizes.add_argument(
        "--max-tokens", type=whole(1), metavar="N", help="tokens in a batch, padding included"
    )
    add_switches(parser)
    training = parser.add_argument_group("training")
    defaults = TranslatorSettings()
    training.add_argument(
        "--tokenizer", choices=("bpe", "word"), help=f"default {defaults.tokenizer}"
    )
    training.add_argument(
        "--share-vocabulary",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="one for source and target (default), or two",
    )
    training.add_argument(
        "--label-smoothing",
        type=real(at_least=0, below=1),
        metavar="X",
        help=f"default {defaults.label_smoothing}",
    )
    add_training_options(training, TranslatorSettings)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    with advice_on_memory(_SMALLER):
        training_run, data = _start(args) if args.resume is None else _resume(args)
        about, settings = training_run.about, training_run.settings
        translator = Translator(training_run.model, about.tokenizer, about.source_tokenizer)
        task, n_skipped = _task(training_run, translator, data)
        bleu = BLEUWhileTraining(translator, data.validation)
        n_epochs = settings.steps * settings.accumulation_steps / task.batches_per_epoch
        each_step = (
            f"at most {settings.accumulation_steps * settings.max_tokens:,} tokens on each side: "
            f"{n_epochs:.1f} epochs of {counted(task.batches_per_epoch, 'batch', 'batches')}"
        )
        rows = _data_rows(training_run, data, n_skipped) + bleu.rows
        code = train(training_run, task, rows, each_step, bleu.measure)
        if code == 0:
            with training_run.failing_says_what_is_saved():
                print_results(training_run.directory, data)
                print(f'\nmore: tinytf translate {quoted(training_run.directory)} "..."')
        return code


def _start(args: argparse.Namespace) -> tuple[TranslatorRun, TranslatorData]:
    """A new run and its data, from the preset and the options given."""
    directory = output_directory(args.out, _DIRECTORY)
    where = {name: getattr(args, name) for name in DATA_OPTIONS}
    usual = "translator" if any(where[name] for name in OWN_DATA) else "grammar"
    preset, given = TRANSLATOR_PRESETS[args.preset or usual], given_options(args)
    values = {**preset, **given}
    settings = checked_settings(TranslatorSettings, preset, given)
    data = read_data(where, settings.seed)
    target, source = _tokenizers(settings, values["vocab_size"], data.training)
    config = make_config(
        {**values, "source_vocab_size": source and source.vocab_size}, target.vocab_size
    )
    about = Checkpoint("encoder-decoder", config, target, {}, source_tokenizer=source)
    return new_run(directory, about, settings, where, _BEST_BY), data


def _resume(args: argparse.Namespace) -> tuple[TranslatorRun, TranslatorData]:
    """The run saved in the directory `--resume` names, and its data."""
    training_run = saved_run(args, "encoder-decoder", TranslatorSettings, DATA_OPTIONS, _BEST_BY)
    try:
        return training_run, read_data(training_run.data, training_run.settings.seed)
    except UserError as error:
        raise UserError(f"{error}; if the data is elsewhere now, give it anew") from error


def _tokenizers(
    settings: TranslatorSettings, vocab_size: int, pairs: Sequence[SentencePair]
) -> tuple[SpecialTokenizer, SpecialTokenizer | None]:
    """The target's tokenizer, and the source's where it has one of its own."""
    sources = "\n".join(pair.source for pair in pairs)
    targets = "\n".join(pair.target for pair in pairs)

    def learn(text: str) -> SpecialTokenizer:
        kind = BPETokenizer if settings.tokenizer == "bpe" else WordTokenizer
        try:
            inner = kind.train(text, vocab_size - len(SPECIALS))
        except ValueError as error:
            raise UserError(
                f"--vocab-size: {error}, besides the {len(SPECIALS)} special tokens"
            ) from error
        return SpecialTokenizer(inner, SPECIALS)

    if settings.share_vocabulary:
        return learn(f"{sources}\n{targets}"), None
    return learn(targets), learn(sources)


def _task(
    training_run: TranslatorRun, translator: Translator, data: TranslatorData
) -> tuple[TranslationTask, int]:
    """The pairs as token ids, and how many pairs are too long for the model."""
    settings, max_len = training_run.settings, training_run.about.config.max_len

    def encode(name: str, pairs: Sequence[SentencePair]) -> list[IdPair]:
        encoded = [
            IdPair(translator.source.encode(pair.source), translator.target.encode(pair.target))
            for pair in pairs
        ]
        fitting = [pair for pair in encoded if max(map(len, pair)) < max_len]
        if not fitting:
            raise UserError(
                f"{name}: expected pairs of at most {max_len - 1} tokens, all {len(encoded)} are "
                f"longer; try a larger --max-len"
            )
        return fitting

    training, validation = encode("training", data.training), encode("validation", data.validation)
    training_run.require_same_data(fingerprint(json.dumps([training, validation]).encode()), "data")
    special_ids = SpecialIds(*map(translator.target.special_id, SPECIALS))
    task = TranslationTask(
        training_run.model,
        training,
        validation,
        special_ids,
        settings.max_tokens,
        settings.label_smoothing,
    )
    n_pairs = len(data.training) + len(data.validation)
    return task, n_pairs - len(training) - len(validation)


def _data_rows(training_run: TranslatorRun, data: TranslatorData, n_skipped: int) -> Rows:
    config, settings = training_run.about.config, training_run.settings
    n_source = config.source_vocab_size
    vocabulary = f"{config.vocab_size} different tokens" + (
        " for both sides" if n_source is None else f", and {n_source} of the source"
    )
    first = one_line(visible(f"{data.training[0].source} -> {data.training[0].target}"))
    rows = [
        ("data", visible(data.said)),
        ("", first if len(first) <= _LONGEST_SHOWN else first[: _LONGEST_SHOWN - 3] + "..."),
        ("tokenizer", f"{settings.tokenizer}, {vocabulary}"),
    ]
    if data.n_known:
        shown = f"{data.n_known} of the {len(data.validation)} validation sources"
        rows.insert(2, ("caution", f"{shown} occur in training too"))
    if n_skipped:
        shown = counted(n_skipped, "pair")
        rows.insert(2, ("skipped", f"{shown} longer than {config.max_len - 1} tokens"))
    return rows
