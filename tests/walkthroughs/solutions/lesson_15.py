"""Lesson 15: a solution and near misses for each exercise."""

from .exercise import Exercise


def depth(name, n_layers):
    """How far below the head: 0 for it, 1 for the top layer."""
    if name.startswith("head"):
        return 0
    return n_layers - int(name.split(".")[2]) if ".layers." in name else n_layers + 1


def updates(gradients, n_layers, lr, factor, depth=depth):
    return {
        name: -lr * factor ** depth(name, n_layers) * gradient
        for name, gradient in gradients.items()
    }


def depth_by_first_digit(name, n_layers):
    """Takes layer 11 for layer 1."""
    return n_layers - int(name.split(".")[2][0]) if ".layers." in name else depth(name, n_layers)


def names_to_train(names, n_layers, n_top):
    kept = [f"encoder.layers.{i}." for i in range(n_layers - n_top, n_layers)] + ["head."]
    return [name for name in names if name.startswith(tuple(kept))]


def names_not_frozen(names, n_layers, n_top):
    """Without a dot at its end "encoder.layers.1" is the beginning of "encoder.layers.11" too."""
    frozen = [f"encoder.layers.{i}" for i in range(n_layers - n_top)] + ["encoder.embed"]
    return [name for name in names if not name.startswith(tuple(frozen))]


def names_by_text(names, n_layers, n_top):
    """Compares numbers as text, and "9" is larger than "10"."""
    numbers = {name: name.split(".")[2] for name in names if ".layers." in name}
    return [name for name in names if numbers.get(name, "head") >= str(n_layers - n_top)]


EXERCISES = [
    Exercise(
        "15_fine_tuning",
        "check_updates",
        "updates_yours",
        updates,
        [
            lambda *inputs: updates(*inputs, depth=lambda name, n: 0),  # one rate for all
            lambda *inputs: updates(*inputs, depth=lambda name, n: depth(name, n) + 1),
            lambda *inputs: updates(*inputs, depth=lambda name, n: n + 1 - depth(name, n)),
            lambda *inputs: updates(*inputs, depth=lambda name, n: min(depth(name, n), n)),
            lambda *inputs: updates(*inputs, depth=depth_by_first_digit),
            lambda gradients, n_layers, lr, factor: updates(gradients, 12, 0.1, 0.5),
            lambda *inputs: {name: -update for name, update in updates(*inputs).items()},
            lambda *inputs: dict(list(updates(*inputs).items())[1:]),  # no embeddings
        ],
    ),
    Exercise(
        "15_fine_tuning",
        "check_names_to_train",
        "names_to_train_yours",
        names_to_train,
        [
            names_not_frozen,
            names_by_text,
            lambda names, n_layers, n_top: names[-2 - n_top :],  # some of one layer
            lambda names, n_layers, n_top: names[-2:],
            lambda names, n_layers, n_top: names[:1] + names_to_train(names, n_layers, n_top),
            lambda names, n_layers, n_top: names_to_train(names, n_layers, n_top)[:-2],  # no head
        ],
    ),
]
