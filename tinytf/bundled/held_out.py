"""How the items of BERT's bundled tasks are parted into training and test.

An item is drawn together with its events. A training item has no held-out event (see
`Event.is_held_out`), a test item has at least one, so they share no item: the test asks about
persons and verbs that training never brought together.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

import numpy as np

from tinytf.bundled.events import Event, EventGrammar
from tinytf.bundled.split import Chooser, Split, as_generator, check_size

Item = TypeVar("Item", bound=Hashable)


def split_by_events(
    draw: Callable[[EventGrammar], tuple[Item, list[Event]]],
    rng: int | np.random.Generator,
    n_train: int,
    n_test: int,
) -> Split[Item]:
    """Draw items until both parts are full; no item comes twice.

    Raises:
        ValueError: a size below 1.
    """
    check_size("n_train", n_train)
    check_size("n_test", n_test)
    grammar = EventGrammar(Chooser(as_generator(rng)))
    train: dict[Item, None] = {}  # a dict keeps the order of drawing
    test: dict[Item, None] = {}
    while len(train) < n_train or len(test) < n_test:
        item, events = draw(grammar)
        held_out = any(event.is_held_out() for event in events)
        part, size = (test, n_test) if held_out else (train, n_train)
        if len(part) < size:
            part[item] = None
    return Split(list(train), list(test))
