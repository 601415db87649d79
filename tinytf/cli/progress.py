"""Progress of a training run: a live bar with tqdm (extra `progress`), plain lines without it."""

import math
import shutil
import sys
from typing import Any

from tinytf.training.trainer import StepRecord


class Progress:
    """Shows the steps to the user.

    Args:
        n_steps: total number of steps.
        first_step: steps already taken.
    """

    def __init__(self, n_steps: int, first_step: int) -> None:
        self.n_steps = n_steps
        self.every = max(1, n_steps // 20)
        self.bar = _bar(n_steps, first_step)

    def show(self, record: StepRecord, measured: dict[str, float]) -> None:
        """Show one step, and what else was measured after it."""
        validated = record.validation_loss is not None
        if self.bar is not None:
            self.bar.set_postfix_str(
                f"loss {record.loss:.3f}, {record.tokens_per_second:,.0f} tokens/s", refresh=False
            )
            self.bar.update(1)
            if validated:
                self.bar.write(self._line(record, measured))
        elif validated or record.step % self.every == 0 or record.step == 1:
            print(self._line(record, measured), flush=True)

    def close(self) -> None:
        """End the bar."""
        if self.bar is not None:
            self.bar.close()

    def _line(self, record: StepRecord, measured: dict[str, float]) -> str:
        width = len(str(self.n_steps))
        seconds_left = (self.n_steps - record.step) * record.seconds_per_step
        validation = (
            " " * 18
            if record.validation_loss is None
            else f"validation {record.validation_loss:7.4f}"
        )
        others = "".join(f"{name} {value:.4g}  " for name, value in measured.items())
        return (
            f"step {record.step:{width}}/{self.n_steps}  loss {record.loss:7.4f}  {validation}  "
            f"{others}{record.tokens_per_second:9,.0f} tokens/s  {_clock(seconds_left)} left"
        )


def _clock(seconds: float) -> str:
    minutes, rest = divmod(math.ceil(seconds), 60)
    return f"{minutes}:{rest:02d}"


def _bar(n_steps: int, first_step: int) -> Any:
    """A tqdm bar where tqdm is installed and someone is looking; otherwise None."""
    if sys.stdout is None or not sys.stdout.isatty():
        return None
    try:
        from tqdm import tqdm
    except ModuleNotFoundError:
        return None
    size = shutil.get_terminal_size()
    return tqdm(
        total=n_steps,
        initial=first_step,
        bar_format="{l_bar}{bar}| {n}/{total} [{elapsed}, {remaining} left{postfix}]",
        file=sys.stdout,
        ascii=True,
        # tqdm shows nothing in a terminal that gives its size as 0 x 0; this gives 80 x 24 then.
        # One column less, as a line that is full makes some terminals start another.
        ncols=size.columns - 1,
        nrows=size.lines,
    )
