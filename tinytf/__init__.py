"""tinytf: transformers from scratch on NumPy, every gradient written by hand.

Reading order: `ops` (pure functions of arrays), `layers` (an op with its parameters), `models`
(stacks and heads), then `training`, `generation` and `text`; `gradcheck` proves them, `tracing`
shows what happens inside.
"""

from typing import TYPE_CHECKING, Any

from tinytf.config import Config
from tinytf.models import DecoderLM

if TYPE_CHECKING:
    from tinytf.tracing import trace

__all__ = ["Config", "DecoderLM", "trace"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """`tinytf.trace` is imported when it is first used: it reads source code, and needs time."""
    if name == "trace":
        from tinytf.tracing import trace

        return trace
    raise AttributeError(f"module 'tinytf' has no attribute {name!r}")
