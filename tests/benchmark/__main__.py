"""Speed of tinytf against PyTorch eager: the same models, in turns, in one run.

    python -m tests.benchmark

from the root of the repository; it needs the extra `reference` (PyTorch) and a few minutes during
which the machine does nothing else. It trains a GPT of three sizes (A, B, C) and an encoder-decoder
(D), and generates with the largest GPT; before each race it checks that all contenders compute the
same losses and tokens. It prints the speeds and the ratios, and writes the same and more to
benchmark.json. `--help` lists the options.
"""

import argparse
import importlib.util
import json
import sys
from pathlib import Path

from tests.benchmark.problem import SIZES
from tests.benchmark.race import run_race
from tests.benchmark.report import as_dict, table


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--sizes", default=",".join(SIZES), help="sizes to train, such as A,D")
    parser.add_argument("--rounds", type=int, default=7, help="quiet rounds in each race")
    parser.add_argument("--json", type=Path, default=Path("benchmark.json"), help="file to write")
    parser.add_argument(
        "--patience", type=float, default=120, help="seconds to wait for quiet, in each race"
    )
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--training", action="store_true", help="training only")
    only.add_argument("--generation", action="store_true", help="generation only")
    options = parser.parse_args()
    names = options.sizes.split(",")
    if unknown := [name for name in names if name not in SIZES]:
        parser.error(f"--sizes: expected some of {','.join(SIZES)}, got {','.join(unknown)}")
    if options.rounds < 1:
        parser.error(f"--rounds: expected at least 1, got {options.rounds}")
    if importlib.util.find_spec("torch") is None:
        parser.error('PyTorch is missing; it comes with: pip install ".[reference]"')

    entries = [] if options.generation else [("training", SIZES[name]) for name in names]
    if not options.training:
        entries += [("greedy", SIZES["C"]), ("sampled", SIZES["C"])]
    races = []
    for job, size in entries:
        print(f"{job} {size.name} ...", file=sys.stderr, flush=True)
        races.append(run_race(job, size, options.rounds, options.patience))
    print(table(races))
    options.json.write_text(json.dumps(as_dict(races), indent=1) + "\n", encoding="utf-8")
    print(f"written: {options.json}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
