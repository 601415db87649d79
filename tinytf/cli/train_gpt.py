"""`tinytf train gpt`: train a decoder-only language model on a text."""

import argparse
import os
import shlex
import signal
import subprocess
import sys
import threading
from argparse import BooleanOptionalAction
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args

import numpy as np

from tinytf.cli.gpt_run import GPTRun
from tinytf.cli.gpt_setup import resume_run, start_run
from tinytf.cli.parsing import Parser, UserError, real, visible, whole
from tinytf.cli.progress import Progress
from tinytf.cli.train_settings import (
    TRAIN_PRESETS,
    OptimizerName,
    ScheduleName,
    TrainSettings,
)
from tinytf.config import Activation, Norm, NormPosition, Positions
from tinytf.generation import Sampling, generate
from tinytf.training import (
    NextTokenTask,
    StepRecord,
    TokenWindows,
    Trainer,
    TrainingDivergedError,
)

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

_STOPPING = b"\nstopping after this step; Ctrl-C again stops at once\n"
_LEARNING_RATE = f"the highest; default {TrainSettings.learning_rate:g} (noam: a factor, default 1)"
_MIN_LEARNING_RATE = "where cosine ends; default a tenth of --learning-rate"
_WARMUP_STEPS = f"rising steps; default a tenth of --steps, at most {TrainSettings.warmup_steps}"


def _default(setting: str, meaning: str = "") -> str:
    """The help of an option: what it means and what holds where it is not given."""
    value = getattr(TrainSettings, setting)
    return f"{meaning}; default {value}" if meaning else f"default {value}"


def add_parser(models: Any) -> None:
    """Add `gpt` to the models of `tinytf train`."""
    parser: Parser = models.add_parser(
        "gpt",
        help="a decoder-only language model",
        description="Train a decoder-only language model (GPT, Llama or MPT) on a text.",
        epilog=_EXAMPLES,
    )
    add = parser.add_argument
    add("--text", metavar="FILE|DIR|-", help="the text (default: Python's standard library)")
    add("--out", metavar="DIR", help="where to save (default: tinytf-gpt, or the next free name)")
    add(
        "--resume",
        metavar="DIR",
        help="go on with the run saved in DIR; with --steps its schedule is stretched or shortened",
    )
    add("--preset", choices=list(TRAIN_PRESETS), help="start from these settings (default: gpt)")

    sizes = parser.add_argument_group("key variables").add_argument
    sizes("--vocab-size", type=whole(257), metavar="V", help="tokens of the BPE vocabulary")
    sizes("--d-model", type=whole(1), metavar="D", help="model size")
    sizes("--max-len", type=whole(1), metavar="T", help="context length in tokens")
    sizes("--n-heads", type=whole(1), metavar="H", help="attention heads; must divide D")
    sizes("--d-ff", type=whole(1), metavar="F", help="FFN size (default 4 D; swiglu: 8/3 D)")
    sizes("--n-layers", type=whole(1, 1000), metavar="N", help="layers")
    sizes("--batch-size", type=whole(1), metavar="B", help="sequences in a batch")

    switches = parser.add_argument_group("switches (default: those of the preset)").add_argument
    switches("--norm", choices=get_args(Norm))
    switches("--norm-position", choices=get_args(NormPosition), help="before or after a sub-layer")
    switches("--positions", choices=get_args(Positions), help="how the model knows the order")
    switches("--activation", choices=get_args(Activation), help="of the feed-forward network")
    switches("--n-kv-heads", type=whole(1), metavar="N", help="fewer than H: grouped-query")
    switches("--bias", action=BooleanOptionalAction, default=None, help="in linear and norm")
    switches("--tie-embeddings", action=BooleanOptionalAction, default=None, help="one table")
    switches("--dropout", type=real(at_least=0, below=1), metavar="P", help="default 0")

    training = parser.add_argument_group("training").add_argument
    training("--tokenizer", choices=("bpe", "char"), help=_default("tokenizer"))
    training("--steps", type=whole(1), metavar="N", help=_default("steps"))
    training("--optimizer", choices=get_args(OptimizerName), help=_default("optimizer"))
    training("--schedule", choices=get_args(ScheduleName), help=_default("schedule"))
    training("--learning-rate", type=real(above=0), metavar="X", help=_LEARNING_RATE)
    training("--min-learning-rate", type=real(at_least=0), metavar="X", help=_MIN_LEARNING_RATE)
    training("--warmup-steps", type=whole(1), metavar="N", help=_WARMUP_STEPS)
    training("--weight-decay", type=real(at_least=0), metavar="X", help=_default("weight_decay"))
    training(
        "--momentum",
        type=real(at_least=0, below=1),
        metavar="X",
        help=_default("momentum", "of sgd"),
    )
    training(
        "--beta1", type=real(at_least=0, below=1), metavar="X", help=_default("beta1", "of adam")
    )
    training(
        "--beta2", type=real(at_least=0, below=1), metavar="X", help=_default("beta2", "of adam")
    )
    training(
        "--max-grad-norm",
        type=real(above=0),
        metavar="X",
        help=_default("max_grad_norm", "clipping"),
    )
    training(
        "--accumulation-steps",
        type=whole(1),
        metavar="N",
        help=_default("accumulation_steps", "batches in a step"),
    )
    training(
        "--validate-every", type=whole(1), metavar="N", help=_default("validate_every", "steps")
    )
    training(
        "--checkpoint-every", type=whole(1), metavar="N", help=_default("checkpoint_every", "steps")
    )
    training("--seed", type=whole(0), metavar="N", help=_default("seed", "of every random choice"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    try:
        return _prepare_and_train(start_run(args) if args.resume is None else resume_run(args))
    except MemoryError as error:
        raise UserError(
            f"out of memory: {error}; try a smaller model (--d-model, --n-layers, --d-ff), "
            f"a shorter context (--max-len) or a smaller --batch-size"
        ) from error


def _prepare_and_train(training_run: GPTRun) -> int:
    config, settings = training_run.config, training_run.settings
    n_training = int(0.9 * len(training_run.ids))
    try:
        training = TokenWindows(training_run.ids[:n_training], config.max_len)
        validation = TokenWindows(training_run.ids[n_training:], config.max_len)
    except ValueError as error:
        raise UserError(
            f"{error}; the last tenth of the text is kept for validation, so it needs about "
            f"{10 * (config.max_len + 1)} tokens, and has {len(training_run.ids)}"
        ) from error
    task = NextTokenTask(training_run.model, training, validation)
    trainer = Trainer(
        training_run.model,
        task,
        training_run.optimizer,
        settings.make_schedule(config.d_model),
        training_run.rng,
        settings.steps,
        settings.accumulation_steps,
        settings.max_grad_norm,
        settings.validate_every,
        training_run.first_step,
    )
    training_run.open_log()
    try:
        return _train(training_run, trainer)
    except TrainingDivergedError as error:
        raise UserError(f"{error}; {training_run.what_is_saved()}") from error
    except KeyboardInterrupt as error:
        raise KeyboardInterrupt(training_run.what_is_saved()) from error
    finally:
        training_run.tidy()


def _train(training_run: GPTRun, trainer: Trainer) -> int:
    settings = training_run.settings
    _print_summary(training_run)
    progress = Progress(settings.steps, training_run.first_step)

    def on_step(record: StepRecord) -> None:
        training_run.log(record)
        progress.show(record)
        if record.step % settings.checkpoint_every == 0:
            training_run.save(record.step)

    try:
        # Numbers that overflow end the run with an error; NumPy's warnings would only repeat it.
        with _interrupts() as interrupted, np.errstate(all="ignore"):
            trainer.run(on_step, should_stop=lambda: bool(interrupted))
        if trainer.step != training_run.saved_step:
            training_run.save(trainer.step)
    finally:
        progress.close()
    print(f"saved in {training_run.directory}")
    if trainer.step < settings.steps:
        print(f"stopped; go on with: tinytf train gpt --resume {_quoted(training_run.directory)}")
        return 130
    _print_samples(training_run)
    return 0


@contextmanager
def _interrupts() -> Iterator[list[int]]:
    """Collect the first Ctrl-C instead of raising it; a second one raises KeyboardInterrupt.

    So a step is never cut in two, and what was learned is saved.
    """
    received: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield received  # only the main thread may take signals
        return

    def handle(number: int, frame: object) -> None:
        received.append(number)
        signal.signal(signal.SIGINT, before)
        if sys.stderr is not None:
            # Not print: the signal may have come in the middle of one; it cannot be entered twice.
            os.write(sys.stderr.fileno(), _STOPPING)

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield received
    finally:
        signal.signal(signal.SIGINT, before)


def _print_summary(training_run: GPTRun) -> None:
    config, settings = training_run.config, training_run.settings
    n_parameters = sum(p.value.size for p in training_run.model.parameters().values())
    source = training_run.text or "the standard library of this Python"
    source = "standard input" if source == "-" else source
    print(f"text       {ascii(source)[1:-1]}: {len(training_run.ids):,} tokens")
    print(f"tokenizer  {settings.tokenizer}, {config.vocab_size} different tokens")
    print(
        f"model      {n_parameters:,} parameters: "
        f"{config.n_layers} layers, {config.n_heads} heads, d_model {config.d_model}, "
        f"d_ff {config.d_ff}, context {config.max_len}"
    )
    if training_run.first_step:
        print(f"resumed    after step {training_run.first_step}")
    print(
        f"training   {settings.steps} steps of {settings.accumulation_steps * config.batch_size} x "
        f"{config.max_len} tokens; a random guess has loss {np.log(config.vocab_size):.4f}",
        flush=True,
    )


def _print_samples(training_run: GPTRun) -> None:
    """Two samples that go on from places in the validation text."""
    model, tokenizer, rng = training_run.model, training_run.tokenizer, training_run.rng
    ids = training_run.ids
    validation = ids[int(0.9 * len(ids)) :]
    for number in (1, 2):
        start = int(rng.integers(max(len(validation) - 8, 1)))
        prompt = validation[start : start + 8]
        tokens = list(generate(model, prompt, 160, Sampling(0.8, top_k=50), rng))
        print(f"\n----- sample {number}, after {tokenizer.decode(prompt)!r} -----")
        print(visible(tokenizer.decode(tokens)))
    print(f'\nmore: tinytf generate {_quoted(training_run.directory)} --prompt "..."')


def _quoted(directory: Path) -> str:
    """The name as it is typed in a shell."""
    if os.name == "nt":
        return subprocess.list2cmdline([str(directory)])
    return shlex.quote(str(directory))
