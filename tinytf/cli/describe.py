"""`tinytf describe`: the key variables of a model, and what follows from them."""

import argparse
from typing import Any

from tinytf.cli.described import Described, UnknownModel, find_described
from tinytf.cli.parsing import Parser, UserError, one_line, visible
from tinytf.key_variables.card import card, closed_card, unknown_card
from tinytf.key_variables.comparison import compare, table
from tinytf.key_variables.known_model import ClosedModel
from tinytf.key_variables.published import CLOSED, PUBLISHED

_DESCRIPTION = """\
Print what one reads a model by: vocabulary, model size, context length, heads, FFN size, layers,
and batch and tokens of its training, each with its source; and what follows from them: parameters
by part, FLOPs, memory, and how all that grows. The parameters are counted from the shapes of all
tensors, which are never allocated. Several models are compared; without any, names are listed.
"""

_EXAMPLES = """\
examples:
  tinytf describe                          the models that are known by name
  tinytf describe gpt2                     a card
  tinytf describe llama-7b llama-3-8b      side by side
  tinytf describe tinytf-gpt               your own trained model
  tinytf describe downloads/config.json    a Hugging Face model that you have not seen before
"""


def add_parser(commands: Any) -> None:
    """Add `describe` to the commands."""
    parser: Parser = commands.add_parser(
        "describe",
        help="key variables of a model, its parameters and costs",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    parser.add_argument(
        "models",
        nargs="*",
        metavar="MODEL",
        help="a name; a directory with a trained model or a config.json; such a file, with the "
        "names of Hugging Face or of tinytf.Config. A path that exists comes before a name",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    described = [find_described(given) for given in args.models]
    if not described:
        lines = [*table(PUBLISHED, CLOSED), "", "tinytf describe NAME prints a card, with sources"]
    elif len(described) == 1:
        lines = _card(described[0])
    else:
        lines = compare([_comparable(model) for model in described])
    for line in lines:
        print(one_line(visible(line)))
    return 0


def _card(model: Described) -> list[str]:
    if isinstance(model, UnknownModel):
        return unknown_card(model.name, model.found, model.reason)
    if isinstance(model, ClosedModel):
        return closed_card(model)
    return card(model)


def _comparable(model: Described) -> Any:
    if isinstance(model, UnknownModel):
        raise UserError(f"{model.name}: cannot be compared: {model.reason}")
    return model
