"""Pictures of training runs, drawn by matplotlib (extra `plot`), which nothing else needs."""

from tinytf.plotting.curves import MAX_RUNS, RunCurves, draw_curves, running_mean

__all__ = ["MAX_RUNS", "RunCurves", "draw_curves", "running_mean"]
