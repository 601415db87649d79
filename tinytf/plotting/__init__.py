"""Pictures of runs and patterns, drawn by matplotlib (extra `plot`), which nothing else needs."""

from tinytf.plotting.attention import draw_pattern
from tinytf.plotting.curves import MAX_RUNS, RunCurves, draw_curves, running_mean
from tinytf.plotting.figures import FORMATS

__all__ = ["FORMATS", "MAX_RUNS", "RunCurves", "draw_curves", "draw_pattern", "running_mean"]
