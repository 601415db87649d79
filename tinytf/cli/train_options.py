"""The options that every `tinytf train` command has, in the groups that its help shows."""

import argparse
from argparse import BooleanOptionalAction
from typing import get_args

from tinytf.cli.parsing import real, whole
from tinytf.cli.train_settings import OptimizerName, ScheduleName, TrainSettings
from tinytf.config import Activation, Norm, NormPosition, Positions

# argparse has no public name for what add_argument_group returns.
Group = argparse._ArgumentGroup


def add_run_options(
    parser: argparse.ArgumentParser, directory: str, presets: list[str], preset: str
) -> None:
    """Where to save, what to go on with, and what to start from.

    Args:
        parser: of the command.
        directory: the name of the directory where --out is not given.
        presets: their names.
        preset: the name of the one where --preset is not given.
    """
    add = parser.add_argument
    add("--out", metavar="DIR", help=f"where to save (default: {directory}, or the next free name)")
    add(
        "--resume",
        metavar="DIR",
        help="go on with the run saved in DIR; with --steps its schedule is stretched or shortened",
    )
    add("--preset", choices=presets, help=f"start from these settings (default: {preset})")


def add_sizes(group: Group) -> None:
    """The key variables that all models have; the family adds its vocabulary and its batches."""
    add = group.add_argument
    add("--d-model", type=whole(1), metavar="D", help="model size")
    add("--max-len", type=whole(1), metavar="T", help="context length in tokens")
    add("--n-heads", type=whole(1), metavar="H", help="attention heads; must divide D")
    add("--d-ff", type=whole(1), metavar="F", help="FFN size (default 4 D; swiglu: 8/3 D)")
    add("--n-layers", type=whole(1, 1000), metavar="N", help="layers")


def add_switches(parser: argparse.ArgumentParser) -> None:
    """The switches of the model."""
    add = parser.add_argument_group("switches (default: those of the preset)").add_argument
    add("--norm", choices=get_args(Norm))
    add("--norm-position", choices=get_args(NormPosition), help="before or after a sub-layer")
    add("--positions", choices=get_args(Positions), help="how the model knows the order")
    add("--activation", choices=get_args(Activation), help="of the feed-forward network")
    add("--n-kv-heads", type=whole(1), metavar="N", help="fewer than H: grouped-query")
    add("--bias", action=BooleanOptionalAction, default=None, help="in linear and norm")
    add("--tie-embeddings", action=BooleanOptionalAction, default=None, help="one table")
    add("--dropout", type=real(at_least=0, below=1), metavar="P", help="probability of dropping")


def add_training_options(group: Group, settings: type[TrainSettings]) -> None:
    """The settings of the training that all families have.

    Args:
        group: where the family adds its own.
        settings: the family's, for the defaults that the help states.
    """

    def default(setting: str, meaning: str = "") -> str:
        value = getattr(settings, setting)
        return f"{meaning}; default {value}" if meaning else f"default {value}"

    if settings.schedule == "noam":
        learning_rate = (
            f"noam's factor, default {settings.learning_rate:g}; otherwise the highest, default "
            f"{TrainSettings.learning_rate:g}"
        )
    else:
        learning_rate = (
            f"the highest; default {settings.learning_rate:g} (noam: a factor, default 1)"
        )
    fraction = real(at_least=0, below=1)
    add = group.add_argument
    add("--steps", type=whole(1), metavar="N", help=default("steps"))
    add("--optimizer", choices=get_args(OptimizerName), help=default("optimizer"))
    add("--schedule", choices=get_args(ScheduleName), help=default("schedule"))
    add("--learning-rate", type=real(above=0), metavar="X", help=learning_rate)
    add(
        "--min-learning-rate",
        type=real(at_least=0),
        metavar="X",
        help="where cosine ends; default a tenth of --learning-rate",
    )
    add(
        "--warmup-steps",
        type=whole(1),
        metavar="N",
        help=f"rising steps; default a tenth of --steps, at most {settings.warmup_steps}",
    )
    add("--weight-decay", type=real(at_least=0), metavar="X", help=default("weight_decay"))
    add("--momentum", type=fraction, metavar="X", help=default("momentum", "of sgd"))
    add("--beta1", type=fraction, metavar="X", help=default("beta1", "of adam"))
    add("--beta2", type=fraction, metavar="X", help=default("beta2", "of adam"))
    add(
        "--max-grad-norm",
        type=real(above=0),
        metavar="X",
        help=default("max_grad_norm", "clipping"),
    )
    add(
        "--accumulation-steps",
        type=whole(1),
        metavar="N",
        help=default("accumulation_steps", "batches in a step"),
    )
    add("--validate-every", type=whole(1), metavar="N", help=default("validate_every", "steps"))
    add("--checkpoint-every", type=whole(1), metavar="N", help=default("checkpoint_every", "steps"))
    add("--seed", type=whole(0), metavar="N", help=default("seed", "of every random choice"))
