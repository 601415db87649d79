"""The race: all contenders take turns in one run, and a round counts for all of them or for none.

Speeds of a shared machine change from minute to minute, so only ratios inside one round mean
anything: each ratio pairs two turns of the same round, and the median over the rounds is reported
with its range. The order is reversed in every second round. A round begins when the machine is
quiet; one during which other programs were busy is dropped, for all contenders, and run again.
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmark.load import OtherLoad, n_cores
from tests.benchmark.problem import Size

ROOT = Path(__file__).parents[2]
CHECK_STEPS = 10
CHECK_TOLERANCE = 2e-5  # relative; float32 itself makes 2e-6 (C), the other GELU 4e-5 (A)
TURN_SECONDS = 0.3  # of the fastest contender, about
PAUSE_SECONDS = 0.05  # idle threads spin for a moment before they sleep
LOAD_LIMIT = 0.15  # processors
ENOUGH = 3  # quiet rounds, when patience ends
QUIET_SECONDS = 0.3  # as long must the machine have been quiet before a round begins
PLAIN_LOOP = "PyTorch, plain loop"
THREAD_SETTINGS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Contender:
    """A library with its thread setting.

    Attributes:
        library: the module tests/benchmark/<library>_side.py runs it.
        threads: None: the library's own default.
    """

    label: str
    library: str
    threads: int | None


def contenders(job: str) -> list[Contender]:
    """One thread, and as many as there are processors; in generation also a plain PyTorch loop."""
    cores = n_cores()
    several = [Contender(f"tinytf, {cores} threads", "tinytf", cores)] if cores > 1 else []
    return [
        Contender("tinytf, 1 thread", "tinytf", 1),
        *several,
        Contender("PyTorch, 1 thread", "torch", 1),
        Contender("PyTorch, default", "torch", None),
        *([] if job == "training" else [Contender(PLAIN_LOOP, "torch_plain", None)]),
    ]


@dataclass
class Race:
    """One race and its outcome.

    Attributes:
        job: "training", "greedy" or "sampled" (generation).
        n_rounds: the number of rounds asked for.
        steps: steps in one turn; one step of generation fills the context.
        threads: label -> threads in use.
        disagreement: largest relative difference between what contenders computed at first; None
            where that is random.
        seconds: label -> seconds for one step, one number for each round that counts.
        dropped: for each round broken off because of other load, that load, in processors.
        load: the largest other load seen in a round that counts; None where it is not known.
    """

    job: str
    size: Size
    n_rounds: int
    steps: int = 1
    threads: dict[str, int | None] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    disagreement: float | None = None
    seconds: dict[str, list[float]] = field(default_factory=dict)
    dropped: list[float] = field(default_factory=list)
    load: float | None = None

    @property
    def quiet(self) -> bool:
        """False: patience ended before other load did, and rounds count that were not quiet."""
        return self.load is None or self.load <= LOAD_LIMIT

    @property
    def tokens(self) -> int:
        """Tokens in one step; of an encoder-decoder those of the target."""
        size = self.size
        if self.job == "training":
            return size.batch_size * size.max_len
        return size.max_len - 1

    def ratios(self, label: str, opponent: str) -> list[float]:
        """How many times as fast as the opponent, round by round."""
        pairs = zip(self.seconds[opponent], self.seconds[label], strict=True)
        return [theirs / ours for theirs, ours in pairs]

    def fastest(self, library: str) -> str:
        """The label of that library's best setting, by the median."""
        labels = [c.label for c in contenders(self.job) if c.library == library]
        return min(labels, key=lambda label: median(self.seconds[label]))


class Process:
    """A contender's process."""

    def __init__(self, contender: Contender, job: str, size: Size) -> None:
        environment = {k: v for k, v in os.environ.items() if k not in THREAD_SETTINGS}
        if contender.threads is not None:
            environment |= dict.fromkeys(THREAD_SETTINGS, str(contender.threads))
        module = "tests.benchmark.contender"
        self.label = contender.label
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, contender.library, job, size.name],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.label}: stopped with code {self.process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def run(self, n_steps: int) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{n_steps}\n")
        self.process.stdin.flush()
        return self.read()

    def close(self) -> None:
        """End of input ends the contender; one that hangs is stopped."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


def run_race(job: str, size: Size, n_rounds: int, patience: float) -> Race:
    """Start the contenders, check that they compute the same, and let them take turns.

    Args:
        job: "training", "greedy" or "sampled".
        size: of the model.
        n_rounds: how many quiet rounds to run.
        patience: seconds; from then on three quiet rounds are enough, and where there are fewer,
            every round counts, quiet or not.

    Raises:
        RuntimeError: a contender stopped, or two of them do not agree.
    """
    race = Race(job, size, n_rounds)
    processes: list[Process] = []
    try:
        for contender in contenders(job):
            processes.append(Process(contender, job, size))
        for contender, process in zip(contenders(job), processes, strict=True):
            hello = process.read()
            race.threads[process.label] = hello["threads"] or contender.threads
            race.versions |= hello["versions"]
        _check(race, processes)
        _take_turns(race, processes, patience)
    finally:
        for process in processes:
            process.close()
    return race


def _check(race: Race, processes: list[Process]) -> None:
    """The first steps: do all compute the same? They also warm up, and show the time of a step."""
    n_steps = CHECK_STEPS if race.job == "training" else 1
    answers = [process.run(n_steps) for process in processes]
    fastest = min(answer["seconds"] for answer in answers) / n_steps
    race.steps = max(1, round(TURN_SECONDS / fastest))
    if race.job == "sampled":
        return
    reference = answers[0]["computed"]
    race.disagreement = 0.0
    for process, answer in zip(processes, answers, strict=True):
        for step, (ours, theirs) in enumerate(zip(reference, answer["computed"], strict=True)):
            difference = abs(ours - theirs) / max(abs(ours), 1e-30)
            race.disagreement = max(race.disagreement, difference)
            if not difference <= CHECK_TOLERANCE:
                raise RuntimeError(
                    f"{race.job} at {race.size.name}, step {step}: expected the same from all "
                    f"(relative {CHECK_TOLERANCE:g}), got {ours} from {processes[0].label} "
                    f"and {theirs} from {process.label}"
                )


def _take_turns(race: Race, processes: list[Process], patience: float) -> None:
    load = OtherLoad([os.getpid(), *(p.process.pid for p in processes)])
    patient_until = time.monotonic() + patience
    rounds: list[tuple[float | None, dict[str, float]]] = []  # other load; label -> seconds
    attempt, quiet = 0, True
    while len(rounds) < race.n_rounds:
        attempt += 1
        patient = time.monotonic() < patient_until
        if not patient and quiet and len(rounds) >= ENOUGH:
            break
        if patient and (other := load.over(QUIET_SECONDS)) is not None and other > LOAD_LIMIT:
            continue
        order = processes if attempt % 2 else processes[::-1]
        other, seconds = _one_round(order, race.steps, load, stop_when_loud=patient)
        if patient and other is not None and other > LOAD_LIMIT:
            race.dropped.append(other)
        else:
            rounds.append((other, seconds))
            quiet = quiet and (other is None or other <= LOAD_LIMIT)
    race.load = max((other for other, _ in rounds if other is not None), default=None)
    for label in race.threads:
        race.seconds[label] = [seconds[label] for _, seconds in rounds]


def _one_round(
    order: list[Process], n_steps: int, load: OtherLoad, stop_when_loud: bool
) -> tuple[float | None, dict[str, float]]:
    """The largest other load during a turn, and each contender's seconds for one step."""
    loudest: float | None = None
    seconds = {}
    for process in order:
        time.sleep(PAUSE_SECONDS)
        load.start()
        seconds[process.label] = process.run(n_steps)["seconds"] / n_steps
        other = load.stop()
        if other is not None:
            loudest = max(other, loudest or 0.0)
            if stop_when_loud and other > LOAD_LIMIT:
                break
    return loudest, seconds
