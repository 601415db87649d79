"""`tinytf generate`: let a trained model go on from a prompt."""

import argparse
from typing import Any

import numpy as np

from tinytf.cli.parsing import Parser, UserError, real, visible, whole
from tinytf.cli.trained_model import load_trained
from tinytf.generation import Sampling, generate, store_by_columns

_EXAMPLES = """\
examples:
  tinytf generate tinytf-gpt --prompt "def main("
  tinytf generate tinytf-gpt --prompt "import " --temperature 0          always the likeliest
  tinytf generate tinytf-gpt --prompt "class " --top-k 20 --top-p 0.9 --seed 7
"""


def add_parser(commands: Any) -> None:
    """Add `generate` to the commands."""
    parser: Parser = commands.add_parser(
        "generate",
        help="write text with a trained model",
        description="Let a trained model go on from a prompt, token by token.",
        epilog=_EXAMPLES,
    )
    add = parser.add_argument
    add("directory", metavar="DIR", help="where `tinytf train gpt` saved the model")
    add("--prompt", required=True, help="the text to go on from")
    add("--n-tokens", type=whole(1), default=200, metavar="N", help="default 200")
    add(
        "--temperature",
        type=real(at_least=0),
        default=0.8,
        metavar="X",
        help="higher is more varied, 0 always takes the likeliest; default 0.8",
    )
    add("--top-k", type=whole(1), metavar="K", help="choose among the K likeliest tokens")
    add(
        "--top-p",
        type=real(above=0, at_most=1),
        metavar="P",
        help="choose among the likeliest tokens of total probability P",
    )
    add("--seed", type=whole(0), metavar="N", help="the same seed gives the same text")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    model, checkpoint = load_trained(args.directory, "decoder")
    tokenizer = checkpoint.tokenizer
    try:
        prompt = tokenizer.encode(args.prompt)
    except ValueError as error:
        raise UserError(f"--prompt: {error}") from error
    if not prompt:
        raise UserError("--prompt: expected at least one character, got none")
    store_by_columns(model)
    sampling = Sampling(args.temperature, args.top_k, args.top_p)
    rng = np.random.default_rng(args.seed)
    decoder = tokenizer.stream_decoder()
    print(args.prompt, end="", flush=True)
    try:
        # A damaged model overflows; that its logits are not finite is then an error, said once.
        with np.errstate(over="ignore", invalid="ignore"):
            for token in generate(model, np.array(prompt), args.n_tokens, sampling, rng):
                print(visible(decoder.feed(token)), end="", flush=True)
    except ValueError as error:
        print(visible(decoder.finish()))
        raise UserError(f"{args.directory}: cannot be used to generate: {error}") from error
    print(visible(decoder.finish()))
    return 0
