"""What the benchmark says: a table for people and a JSON file for programs."""

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmark.load import n_cores
from tests.benchmark.problem import GENERATION_TARGET
from tests.benchmark.race import PLAIN_LOOP, Race

PYTORCH_DEFAULT = "PyTorch, default"


def spread(numbers: list[float]) -> dict[str, float]:
    return {"median": median(numbers), "lowest": min(numbers), "highest": max(numbers)}


def ratios(race: Race) -> list[dict[str, Any]]:
    """tinytf's better setting against PyTorch's default, its better setting, and its plain loop.

    "Better" is chosen by the medians of this same run. The target is about the first.
    """
    tinytf, better = race.fastest("tinytf"), race.fastest("torch")
    opponents = [("default", PYTORCH_DEFAULT), ("better", better)]
    if PLAIN_LOOP in race.seconds:
        opponents.append(("plain", PLAIN_LOOP))
    target = race.size.target if race.job == "training" else GENERATION_TARGET
    return [
        {
            "tinytf": tinytf,
            "against": opponent,
            "as": role,
            "target": target if role == "default" else None,
            **spread(race.ratios(tinytf, opponent)),
        }
        for role, opponent in opponents
    ]


def machine() -> dict[str, Any]:
    model = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    return {
        "processor": model,
        "cores": n_cores(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load average": list(os.getloadavg()) if hasattr(os, "getloadavg") else None,
    }


def as_dict(races: list[Race]) -> dict[str, Any]:
    """Everything, for the JSON file."""
    return {
        "machine": machine(),
        "versions": {name: version for race in races for name, version in race.versions.items()},
        "races": [
            {
                "job": race.job,
                "size": asdict(race.size),
                "contenders": {
                    label: {
                        "threads": race.threads[label],
                        "seconds per step": spread(seconds),
                        "tokens per second": race.tokens / median(seconds),
                    }
                    for label, seconds in race.seconds.items()
                },
                "ratios": ratios(race),
                "disagreement": race.disagreement,
                "rounds": {
                    "count": len(race.seconds[PYTORCH_DEFAULT]),
                    "asked for": race.n_rounds,
                    "steps in each turn": race.steps,
                    "other load, at most": race.load,
                    "quiet": race.quiet,
                    "dropped, with other load": race.dropped,
                },
            }
            for race in races
        ],
    }


def table(races: list[Race]) -> str:
    """The text for people."""
    here = machine()
    versions = {name: version for race in races for name, version in race.versions.items()}
    return "\n".join(
        [
            f"{here['processor']}, {here['cores']} cores, Python {here['python']}, "
            + ", ".join(f"{name} {version}" for name, version in versions.items()),
            "Training: full steps (forward, backward, clipping, AdamW), float32. Greedy, sampled:",
            "generation with a KV cache, batch 1, until the context is full. Medians and ranges.",
            "",
            *_aligned(
                ["job", "size", "contender", "threads", "ms/step", "range", "tokens/s"],
                [_speed_row(race, label) for race in races for label in race.seconds],
            ),
            "",
            "Ratio: time of PyTorch eager / time of tinytf, in the same round; above 1: tinytf is",
            "faster. Better: the setting with the lower median in this run.",
            "",
            *_aligned(
                ["job", "size", "better of tinytf", "against", "ratio", "range", "target", ""],
                [_ratio_row(race, ratio) for race in races for ratio in ratios(race)],
            ),
            "",
            *(_rounds_line(race) for race in races),
        ]
    )


def _speed_row(race: Race, label: str) -> list[str]:
    milliseconds = {name: _digits(1e3 * s) for name, s in spread(race.seconds[label]).items()}
    return [
        race.job,
        race.size.name,
        label,
        str(race.threads[label]),
        milliseconds["median"],
        f"{milliseconds['lowest']} .. {milliseconds['highest']}",
        f"{race.tokens / median(race.seconds[label]):.0f}",
    ]


def _digits(x: float) -> str:
    """About three digits, never an exponent."""
    return f"{x:.0f}" if x >= 100 else f"{x:.3g}"


def _ratio_row(race: Race, ratio: dict[str, Any]) -> list[str]:
    target, against = ratio["target"], ratio["against"]
    verdict = ""
    if target is not None:
        verdict = "reached" if ratio["median"] >= target else "MISSED"
        if not race.quiet:
            verdict = "not quiet"
    if ratio["as"] == "better":
        against = f"better: {against}"
    return [
        race.job,
        race.size.name,
        ratio["tinytf"],
        against,
        f"{ratio['median']:.2f}",
        f"{ratio['lowest']:.2f} .. {ratio['highest']:.2f}",
        "" if target is None else f"{target:.2f}",
        verdict,
    ]


def _rounds_line(race: Race) -> str:
    parts = [
        f"{race.job} {race.size.name}: {len(race.seconds[PYTORCH_DEFAULT])} of {race.n_rounds} "
        f"rounds, {race.steps} steps in each turn"
    ]
    if race.disagreement is not None:
        what = "losses" if race.job == "training" else "tokens"
        parts.append(f"{what} of all agree (relative difference at most {race.disagreement:.0e})")
    if race.load is None:
        parts.append("load of other programs unknown on this system")
    elif race.quiet:
        parts.append(f"load of other programs at most {race.load:.2f} cores")
    else:
        parts.append(f"NOT QUIET, do not use: load of other programs up to {race.load:.2f} cores")
    if race.dropped:
        loads = ", ".join(f"{load:.2f}" for load in race.dropped)
        parts.append(f"{len(race.dropped)} more dropped at a load of {loads}")
    return "; ".join(parts)


def _aligned(header: list[str], rows: Sequence[list[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [header, *rows]
    ]
