"""Traces: every intermediate and every gradient of a training step, by name."""

from tinytf.tracing.content import Trace, load
from tinytf.tracing.source_copy import TraceError
from tinytf.tracing.tensors import Call, Source, TracedTensor
from tinytf.tracing.trace import trace

__all__ = ["Call", "Source", "Trace", "TraceError", "TracedTensor", "load", "trace"]
