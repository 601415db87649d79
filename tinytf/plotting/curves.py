"""Curves over the steps of a run: loss, gradient norm, learning rate, what was measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tinytf.plotting.figures import draw

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito 2008, without their yellow: told apart with every kind of colour-blindness.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9")
MARKERS = "osv^D*"
GRID = "#dddddd"
MAX_RUNS = len(COLOURS)
# A smoothed curve is the mean over steps that are about this share of the longest run.
SMOOTHED_SHARE = 1 / 50
INCHES_WIDE, INCHES_A_PANEL = 8, 2.2

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class RunCurves:
    """What is drawn of one training run; all arrays are (N,), NaN where nothing was measured.

    Attributes:
        name: of the run, for the legend.
        step: counted from 1.
        loss: training loss of each step.
        validation_loss: where it was measured.
        grad_norm: length of the gradient before clipping.
        learning_rate: of each step.
        measured: name -> what else was measured, such as BLEU.
    """

    name: str
    step: Values
    loss: Values
    validation_loss: Values
    grad_norm: Values
    learning_rate: Values
    measured: dict[str, Values]


def running_mean(values: Values, reach: int) -> Values:
    """The mean of each value and its neighbours, so that a curve is smooth and does not lag.

    Args:
        values: (N,).
        reach: how many neighbours on either side count, at least 0; fewer at both ends.

    Returns:
        (N,).
    """
    until = np.concatenate([[0.0], np.cumsum(values)])  # until[i]: the sum of the first i
    places = np.arange(len(values))
    starts = np.maximum(places - reach, 0)
    ends = np.minimum(places + reach + 1, len(values))
    means: Values = (until[ends] - until[starts]) / (ends - starts)
    return means


def draw_curves(runs: Sequence[RunCurves], title: str, loss_unit: str, file_format: str) -> bytes:
    """Draw the runs in one picture, a panel below the other, and return the file's content.

    Of one run, training and validation differ in colour; of several, each run has its colour and
    validation is dashed.

    Args:
        runs: 1 to MAX_RUNS runs, each of at least one step.
        title: above the picture.
        loss_unit: such as "nats per token"; "" where it is not known.
        file_format: "svg" or "png".

    Raises:
        ImportError: matplotlib is not installed; says which extra has it.
        ValueError: no run, or more than there are colours.
    """
    if not 1 <= len(runs) <= MAX_RUNS:
        raise ValueError(f"runs: expected 1 to {MAX_RUNS}, got {len(runs)}")
    panels = _panels_of_measured(runs)
    n_panels = 3 + len(panels)

    def fill(figure: "Figure") -> None:
        figure.suptitle(title)
        axes = list(figure.subplots(n_panels, sharex=True))
        _draw_loss(axes[0], runs, loss_unit)
        _draw_grad_norm(axes[1], runs)
        _draw_learning_rate(axes[2], runs)
        for panel, names in zip(axes[3:], panels, strict=True):
            _draw_measured(panel, runs, names)
        for panel in axes:
            panel.grid(color=GRID)
        axes[-1].set_xlabel("step")
        axes[-1].xaxis.get_major_locator().set_params(integer=True)
        lines, labels = axes[0].get_legend_handles_labels()
        n_columns = 2 if max(map(len, labels)) <= 50 else 1
        figure.legend(lines, labels, loc="outside lower center", ncols=n_columns)

    return draw(fill, (INCHES_WIDE, INCHES_A_PANEL * n_panels), file_format)


def _draw_loss(axes: "Axes", runs: Sequence[RunCurves], unit: str) -> None:
    axes.set_ylabel(f"loss ({unit})" if unit else "loss")
    for run, (colour, validation_colour) in _coloured(runs):
        name = f": {run.name}" if len(runs) > 1 else ""
        _draw_noisy(axes, run.step, run.loss, colour, f"training{name}", _reach(runs))
        known = np.isfinite(run.validation_loss)
        if known.any():
            axes.plot(
                run.step[known],
                run.validation_loss[known],
                color=validation_colour,
                marker="o",
                markersize=3,
                linestyle="--" if len(runs) > 1 else "-",
                label=f"validation{name}",
            )


def _draw_grad_norm(axes: "Axes", runs: Sequence[RunCurves]) -> None:
    from matplotlib.ticker import LogFormatter

    axes.set_ylabel("gradient norm\nbefore clipping")
    axes.set_yscale("log")
    # Plain numbers: the usual 10^2 is a formula, which the style has turned off.
    axes.yaxis.set_major_formatter(LogFormatter())
    axes.yaxis.set_minor_formatter(LogFormatter(minor_thresholds=(1.5, 0.5)))
    for run, (colour, _) in _coloured(runs):
        _draw_noisy(axes, run.step, run.grad_norm, colour, "", _reach(runs))


def _draw_learning_rate(axes: "Axes", runs: Sequence[RunCurves]) -> None:
    axes.set_ylabel("learning rate")
    axes.ticklabel_format(axis="y", style="plain", useOffset=False)
    for run, (colour, _) in _coloured(runs):
        axes.plot(run.step, run.learning_rate, color=colour, marker=_marker(run.step))


def _draw_measured(axes: "Axes", runs: Sequence[RunCurves], names: Sequence[str]) -> None:
    """One line for each name and run: of one run, the names differ in colour and marker."""
    axes.set_ylabel("measured" if len(names) > 1 else names[0])
    for run, (colour, _) in _coloured(runs):
        for i, name in enumerate(names):
            values = run.measured.get(name, np.full(len(run.step), np.nan))
            known = np.isfinite(values)
            axes.plot(
                run.step[known],
                values[known],
                color=colour if len(runs) > 1 else COLOURS[(i + 1) % len(COLOURS)],
                marker=MARKERS[i % len(MARKERS)],
                markersize=4,
                linestyle="--" if len(runs) > 1 else "-",
                label=name if run is runs[0] else "",
            )
    if len(names) > 1:
        legend = axes.legend()
        if len(runs) > 1:
            for line in legend.get_lines():
                line.set_color("black")  # the marker is the name, the colour is the run


def _draw_noisy(
    axes: "Axes", step: Values, values: Values, colour: str, label: str, reach: int
) -> None:
    """Every step's value, pale; and over it their running mean."""
    if reach == 0:
        axes.plot(step, values, color=colour, label=label, marker=_marker(step))
        return
    axes.plot(step, values, color=colour, alpha=0.3, linewidth=0.7)
    label = f"{label} (mean of {2 * reach + 1} steps)" if label else ""
    axes.plot(step, running_mean(values, reach), color=colour, label=label)


def _marker(step: Values) -> str:
    """A line through a single point is nothing to see."""
    return "o" if len(step) == 1 else ""


def _reach(runs: Sequence[RunCurves]) -> int:
    """Of the running means: the same for all runs, 0 where they are short."""
    return round(max(len(run.step) for run in runs) * SMOOTHED_SHARE / 2)


def _coloured(runs: Sequence[RunCurves]) -> list[tuple[RunCurves, tuple[str, str]]]:
    """Each run with the colours of its training and its validation."""
    if len(runs) == 1:
        return [(runs[0], (COLOURS[0], COLOURS[1]))]
    return [(run, (colour, colour)) for run, colour in zip(runs, COLOURS, strict=False)]


def _panels_of_measured(runs: Sequence[RunCurves]) -> list[list[str]]:
    """The names in each further panel: those of all shares, 0 to 1, together; others alone."""
    names = list(dict.fromkeys(name for run in runs for name in run.measured))
    shares: list[str] = []
    others: list[str] = []
    for name in names:
        values = np.concatenate([run.measured[name] for run in runs if name in run.measured])
        known = values[np.isfinite(values)]
        if known.size:
            is_share = bool((known >= 0).all() and (known <= 1).all())
            (shares if is_share else others).append(name)
    return ([shares] if shares else []) + [[name] for name in others]
