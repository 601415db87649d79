"""PyTorch eager generating with a plain KV-cached loop, as teaching code writes it.

The same formula as tinytf's: attention written out as matrix product, softmax, matrix product; the
cache grows by concatenation; `torch.no_grad`. `torch_side.py` is the same model tuned for speed.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from tests.benchmark.problem import Size
from tests.benchmark.torch_side import GPT, Block, model_of, own_threads, versions

__all__ = ["generation", "own_threads", "versions"]

Past = tuple[Tensor, Tensor]


def one_token(block: Block, x: Tensor, past: Past | None) -> tuple[Tensor, Past]:
    """x (1, 1, D) and the keys and values before it, each (1, H, T, K)."""
    q, k, v = block.heads(x)
    if past is not None:
        k = torch.cat([past[0], k], dim=2)
        v = torch.cat([past[1], v], dim=2)
    pattern = torch.softmax(q @ k.transpose(-2, -1) * block.d_head**-0.5, dim=-1)
    return block.rest(x, pattern @ v), (k, v)


def next_logits(model: GPT, ids: Tensor, pasts: list[Past | None]) -> Tensor:
    """ids (1, 1) -> logits (1, V); pasts are replaced by those that know ids."""
    position = 0 if pasts[0] is None else pasts[0][0].shape[2]
    x = model.tok(ids) + model.pos(torch.arange(position, position + 1))
    for i, block in enumerate(model.blocks):
        x, pasts[i] = one_token(block, x, pasts[i])
    return functional.linear(model.final_norm(x), model.tok.weight)[0]


def generation(size: Size, sampled: bool) -> Callable[[], list[int]]:
    """A function that generates until the context is full and returns the tokens."""
    model = model_of(size)
    model.eval()
    torch.manual_seed(0)

    @torch.no_grad()
    def generate() -> list[int]:
        pasts: list[Past | None] = [None] * size.n_layers
        ids = [0]
        while len(ids) < size.max_len:
            logits = next_logits(model, torch.tensor([ids[-1:]]), pasts)
            if sampled:
                ids.append(int(torch.multinomial(functional.softmax(logits, dim=-1), 1)))
            else:
                ids.append(int(logits.argmax()))
        return ids

    return generate
