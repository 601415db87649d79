"""`tinytf train gpt`: train a decoder-only language model on a text."""

import argparse
from typing import Any

import numpy as np

from tinytf.cli.gpt_settings import GPT_PRESETS, VOCAB_SIZE, GPTSettings
from tinytf.cli.parsing import Parser, UserError, quoted, visible, whole
from tinytf.cli.run_setup import (
    checked_settings,
    fingerprint,
    given_options,
    new_run,
    output_directory,
    saved_run,
)
from tinytf.cli.text_source import SMALLER, read_corpus, text_name, text_of_resumed
from tinytf.cli.train_loop import Rows, advice_on_memory, train
from tinytf.cli.train_options import (
    add_run_options,
    add_sizes,
    add_switches,
    add_training_options,
)
from tinytf.cli.train_settings import make_config
from tinytf.cli.training_run import TrainingRun
from tinytf.generation import Sampling, generate
from tinytf.ops.arrays import Array
from tinytf.text import BPETokenizer, CharTokenizer, Corpus
from tinytf.text.tokenizer import Tokenizer
from tinytf.training import Checkpoint, NextTokenTask, TokenWindows

_EXAMPLES = """\
examples:
  tinytf train gpt                                  on Python's own standard library
  tinytf train gpt --text book.txt --out my-book    on a file
  tinytf train gpt --text notes/                    on all text files below a folder
  cat *.txt | tinytf train gpt --text -             on what comes through a pipe
  tinytf train gpt --preset llama --n-kv-heads 2    another member of the family
  tinytf train gpt --preset nanogpt-cpu --text shakespeare.txt
  tinytf train gpt --resume my-book --steps 3000    go on where a run ended
"""

_DIRECTORY = "tinytf-gpt"

GPTRun = TrainingRun[GPTSettings]


def add_parser(models: Any) -> None:
    """Add `gpt` to the models of `tinytf train`."""
    parser: Parser = models.add_parser(
        "gpt",
        help="a decoder-only language model",
        description="Train a decoder-only language model (GPT, Llama or MPT) on a text.",
        epilog=_EXAMPLES,
    )
    parser.add_argument(
        "--text", metavar="FILE|DIR|-", help="the text (default: Python's standard library)"
    )
    add_run_options(parser, _DIRECTORY, list(GPT_PRESETS), "gpt")
    sizes = parser.add_argument_group("key variables")
    sizes.add_argument(
        "--vocab-size", type=whole(257), metavar="V", help="tokens of the BPE vocabulary"
    )
    add_sizes(sizes)
    sizes.add_argument("--batch-size", type=whole(1), metavar="B", help="sequences in a batch")
    add_switches(parser)
    training = parser.add_argument_group("training")
    training.add_argument(
        "--tokenizer", choices=("bpe", "char"), help=f"default {GPTSettings.tokenizer}"
    )
    add_training_options(training, GPTSettings)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    with advice_on_memory(SMALLER):
        training_run, corpus = _start(args) if args.resume is None else _resume(args)
        ids = _encode(training_run, corpus)
        task = _task(training_run, ids)
        config, settings = training_run.about.config, training_run.settings
        each_step = (
            f"{settings.accumulation_steps * config.batch_size} x {config.max_len} tokens; "
            f"a random guess has loss {np.log(config.vocab_size):.4f}"
        )
        code = train(training_run, task, _data_rows(training_run, ids), each_step)
        if code == 0:
            with training_run.failing_says_what_is_saved():
                _print_samples(training_run, task.validation.ids)
        return code


def _start(args: argparse.Namespace) -> tuple[GPTRun, Corpus]:
    """A new run and its text, from the preset and the options given."""
    directory = output_directory(args.out, _DIRECTORY)
    preset, given = GPT_PRESETS[args.preset or "gpt"], given_options(args)
    values = {**preset, **given}
    settings = checked_settings(GPTSettings, preset, given)
    corpus = read_corpus(args.text)
    try:
        tokenizer: Tokenizer
        if settings.tokenizer == "char":
            tokenizer = CharTokenizer.train(corpus.text)
        else:
            tokenizer = BPETokenizer.train(corpus.text, values.get("vocab_size", VOCAB_SIZE))
        config = make_config(values, tokenizer.vocab_size)
    except ValueError as error:
        raise UserError(str(error)) from error
    about = Checkpoint("decoder", config, tokenizer, {})
    return new_run(directory, about, settings, {"text": args.text}), corpus


def _resume(args: argparse.Namespace) -> tuple[GPTRun, Corpus]:
    """The run saved in the directory `--resume` names, and its text."""
    training_run = saved_run(args, "decoder", GPTSettings, ["text"])
    text = training_run.data["text"]
    return training_run, text_of_resumed(training_run, args.text, lambda: read_corpus(text))


def _encode(training_run: GPTRun, corpus: Corpus) -> Array:
    """The text as token ids; an error where it is not the text of the run."""
    try:
        ids = np.array(training_run.about.tokenizer.encode(corpus.text))
    except ValueError as error:  # a character that the first text did not have
        raise training_run.other_data("text") from error
    training_run.require_same_data(fingerprint(ids.astype(np.int64).tobytes()), "text")
    return ids


def _task(training_run: GPTRun, ids: Array) -> NextTokenTask:
    """Nine tenths of the text to learn from, the last tenth for validation."""
    max_len = training_run.about.config.max_len
    n_training = int(0.9 * len(ids))
    try:
        training = TokenWindows(ids[:n_training], max_len)
        validation = TokenWindows(ids[n_training:], max_len)
    except ValueError as error:
        raise UserError(
            f"{error}; the last tenth of the text is kept for validation, so it needs about "
            f"{10 * (max_len + 1)} tokens, and has {len(ids)}"
        ) from error
    return NextTokenTask(training_run.model, training, validation)


def _data_rows(training_run: GPTRun, ids: Array) -> Rows:
    source = text_name(training_run.data["text"])
    return [
        ("text", f"{ascii(source)[1:-1]}: {len(ids):,} tokens"),
        (
            "tokenizer",
            f"{training_run.settings.tokenizer}, "
            f"{training_run.about.config.vocab_size} different tokens",
        ),
    ]


def _print_samples(training_run: GPTRun, validation: Array) -> None:
    """Two samples that go on from places in the validation text."""
    model, tokenizer, rng = training_run.model, training_run.about.tokenizer, training_run.rng
    for number in (1, 2):
        start = int(rng.integers(max(len(validation) - 8, 1)))
        prompt = validation[start : start + 8]
        tokens = list(generate(model, prompt, 160, Sampling(0.8, top_k=50), rng))
        print(f"\n----- sample {number}, after {tokenizer.decode(prompt)!r} -----")
        print(visible(tokenizer.decode(tokens)))
    print(f'\nmore: tinytf generate {quoted(training_run.directory)} --prompt "..."')
