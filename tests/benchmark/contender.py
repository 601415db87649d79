"""One contender: a process of its own, so that it has its own thread settings.

    python -m tests.benchmark.contender LIBRARY JOB SIZE

`race.py` starts it with the thread settings in the environment. It builds its model, says so with
one line of JSON, then runs n steps for each number n on standard input and answers with one line of
JSON: the seconds they took, and what they computed (losses, or the tokens of the last generation).
"""

import importlib
import json
import sys
import time
from collections.abc import Callable
from itertools import islice
from types import ModuleType

from tests.benchmark.problem import SIZES, Size, batches

Answer = dict[str, float | list[float]]
Run = Callable[[int], Answer]  # takes the number of steps


def training(side: ModuleType, size: Size) -> Run:
    step = side.training(size)
    stream = batches(size)

    def run(n_steps: int) -> Answer:
        pairs = [(side.native(x), side.native(y)) for x, y in islice(stream, n_steps)]
        start = time.perf_counter()
        losses = [step(x, y) for x, y in pairs]
        return {"seconds": time.perf_counter() - start, "computed": losses}

    return run


def generation(side: ModuleType, size: Size, sampled: bool) -> Run:
    generate = side.generation(size, sampled)

    def run(n_steps: int) -> Answer:
        start = time.perf_counter()
        tokens = [generate() for _ in range(n_steps)]
        return {"seconds": time.perf_counter() - start, "computed": tokens[-1]}

    return run


def main(library: str, job: str, size_name: str) -> None:
    side = importlib.import_module(f"tests.benchmark.{library}_side")
    size = SIZES[size_name]
    run = training(side, size) if job == "training" else generation(side, size, job == "sampled")
    print(json.dumps({"versions": side.versions(), "threads": side.own_threads()}), flush=True)
    for line in sys.stdin:
        print(json.dumps(run(int(line))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
