"""Mistakes in the schedules."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "warm-up from 0": ("self.peak * (step + 1)", "self.peak * step"),
    "warm-up reaches the peak one step early": ("/ (self.warmup_steps + 1)", "/ self.warmup_steps"),
    "cosine counted from step 0": (
        "progress = (step - self.warmup_steps) / (self.total_steps - self.warmup_steps)",
        "progress = step / self.total_steps",
    ),
    "total_steps counted after the warm-up": (
        "if step >= self.total_steps:",
        "if step >= self.total_steps + self.warmup_steps:",
    ),
    "a whole cosine": ("math.pi * progress", "2 * math.pi * progress"),
    "a straight line": ("math.cos(math.pi * progress)", "1 - 2 * progress"),
    "no floor under the cosine": ("(self.peak - self.floor)", "self.peak"),
    "0 at the end": ("return self.floor\n", "return 0.0\n"),
    "rises again after the end": ("if step >= self.total_steps:", "if step == self.total_steps:"),
    "Noam from 0": ("count = step + 1", "count = max(step, 0.5)"),
    "Noam's warm-up to the power -0.5": ("self.warmup_steps, -1.5", "self.warmup_steps, -0.5"),
    "Noam's larger one": ("min(rise, fall)", "max(rise, fall)"),
    "Noam times sqrt(D)": (
        "self.factor / math.sqrt(self.d_model)",
        "self.factor * math.sqrt(self.d_model)",
    ),
    "Noam's factor forgotten": ("self.factor / math", "1 / math"),
    "constant that warms up": (
        "return self.learning_rate",
        "return self.learning_rate * min(1, step)",
    ),
}
