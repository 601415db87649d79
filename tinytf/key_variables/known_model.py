"""What the table holds of a model."""

from typing import NamedTuple

from tinytf.key_variables.architecture import Architecture

NOT_PUBLISHED = "not published"


class KnownModel(NamedTuple):
    """A model whose shapes are known.

    Attributes:
        name: as people name it.
        architecture: sizes and switches.
        batch: of a training step, as the source says it.
        tokens: seen in training (of some older models: how long it was trained).
        source: paper with section or table, model card, or config.json.
        note: where a published number disagrees, or something is not as counted.
        aliases: other names.
    """

    name: str
    architecture: Architecture
    batch: str
    tokens: str
    source: str
    note: str = ""
    aliases: tuple[str, ...] = ()


class ClosedModel(NamedTuple):
    """A model that cannot be counted, because its maker does not say how large it is.

    Attributes:
        name: as people name it.
        about: what it is, in the words of its maker's publications.
        vocabulary: V, if public.
        context: T, if public.
        source: where that is said.
    """

    name: str
    about: str
    vocabulary: str
    context: str
    source: str
    aliases: tuple[str, ...] = ()
