"""What one reads a new model by, and what follows from it: parameters, work and memory.

Nothing of the model is allocated: an `Architecture` (sizes and switches) gives the shape of every
tensor (`shapes`); these give the matrix products of a pass (`flops`), and what has to be kept for
the backward pass or from token to token (`memory`). Architectures come from a table of published
models (`published`), a config.json (`hugging_face`) or a `tinytf.Config` (`tinytf_config`).
"""

from tinytf.key_variables.architecture import Architecture, ArchitectureError, Stack
from tinytf.key_variables.flops import Lengths, count_flops, flops_by_part
from tinytf.key_variables.memory import activation_bytes, kept_arrays, kv_cache_bytes
from tinytf.key_variables.shapes import (
    PARTS,
    Tensor,
    count_by_part,
    count_parameters,
    layer_by_part,
    tensors,
)

__all__ = [
    "PARTS",
    "Architecture",
    "ArchitectureError",
    "Lengths",
    "Stack",
    "Tensor",
    "activation_bytes",
    "count_by_part",
    "count_flops",
    "count_parameters",
    "flops_by_part",
    "kept_arrays",
    "kv_cache_bytes",
    "layer_by_part",
    "tensors",
]
