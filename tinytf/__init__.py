"""tinytf: transformers from scratch on NumPy, every gradient written by hand.

Reading order: `ops` (pure functions of arrays), `layers` (an op with its parameters), `models`
(stacks and heads), then `training`, `generation` and `text`; `gradcheck` proves them.
"""

__version__ = "0.1.0"
