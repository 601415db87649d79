"""Steps of the update: plain SGD on every parameter, before + delta = after."""

from tinytf.report.equations import Equation, equation
from tinytf.report.sources import source_of
from tinytf.report.story import Story
from tinytf.report.symbols import ETA, MINUS
from tinytf.training.optimizers import SGD


def update_steps(story: Story, learning_rate: float) -> None:
    """A step for each layer's parameters.

    Args:
        story: where they go.
        learning_rate: of the update.
    """
    owners: dict[str, list[str]] = {}
    for tensor in story.trace.parameters():
        if tensor.grad is not None and tensor.after is not None:
            owners.setdefault(tensor.name.rpartition(".")[0], []).append(tensor.name)
    for number, (owner, names) in enumerate(owners.items()):
        if _layer(owner) in story.skipped:
            continue
        rows = [row for name in names for row in _rows(story, name, learning_rate)]
        story.writer.group = _layer(owner)
        story.writer.step(
            "update",
            f"SGD on {owner.removeprefix(f'{_layer(owner)}.') or names[0]}",
            f"Each number moves against its gradient, by the learning rate {learning_rate:g} times "
            "the gradient: while steps are small, nothing else makes the loss fall as fast.",
            source_of(SGD._update, "value", "direction"),
            rows,
            story.writer.updated(*names),
            (-2 - number, "update"),
        )


def _layer(owner: str) -> str:
    """ "decoder.layers.0" of "decoder.layers.0.self_attn.q"; else the first two names."""
    parts = owner.split(".")
    return ".".join(parts[:3] if "layers" in parts else parts[:2])


def _rows(story: Story, name: str, learning_rate: float) -> list[Equation]:
    numbers = story.numbers
    value, gradient = numbers.value(name), numbers.grad(name)
    delta, after = numbers.delta(name, learning_rate), numbers.after(name)
    formula = f"{delta.title} = {MINUS}{ETA} {gradient.title}"
    return [
        equation(formula, "multiply", delta, [gradient], -learning_rate),
        equation(f"{after.title} = {value.title} + {delta.title}", "add", after, [value, delta]),
    ]
