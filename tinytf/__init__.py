"""tinytf: transformers from scratch on NumPy, every gradient written by hand.

Reading order: `ops` (pure functions of arrays), `layers` (an op with its parameters), `models`
(stacks and heads), then `training`, `generation` and `text`; `gradcheck` proves them.
"""

from tinytf.config import Config
from tinytf.models import DecoderLM

__all__ = ["Config", "DecoderLM"]
__version__ = "0.1.0"
