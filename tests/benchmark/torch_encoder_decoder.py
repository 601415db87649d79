"""The encoder-decoder in PyTorch eager, written as in `torch_side.py`: plainly, and for speed.

The formula of `torch.nn.Transformer` with its default switches (post-norm, ReLU, biases), without
its options: one matrix for q, k and v, one for the memory's k and v, and
`scaled_dot_product_attention`.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from tests.benchmark import problem
from tests.benchmark.problem import Size


class Attention(nn.Module):
    """Self-attention, causal or not; with a memory, cross-attention."""

    def __init__(self, size: Size, causal: bool = False, cross: bool = False) -> None:
        super().__init__()
        d_model = size.d_model
        self.n_heads, self.causal, self.cross = size.n_heads, causal, cross
        if cross:
            self.q = nn.Linear(d_model, d_model)
            self.kv = nn.Linear(d_model, 2 * d_model)
        else:
            self.qkv = nn.Linear(d_model, 3 * d_model)
        self.out = nn.Linear(d_model, d_model)

    def heads(self, x: Tensor) -> Tensor:
        """(B, T, D) -> (B, H, T, K)."""
        return x.unflatten(-1, (self.n_heads, -1)).transpose(1, 2)

    def forward(self, x: Tensor, memory: Tensor) -> Tensor:
        """x (B, T, D), memory (B, S, D), read in cross-attention only -> (B, T, D)."""
        if self.cross:
            q = self.q(x)
            k, v = self.kv(memory).chunk(2, dim=-1)
        else:
            q, k, v = self.qkv(x).chunk(3, dim=-1)
        z = functional.scaled_dot_product_attention(
            self.heads(q), self.heads(k), self.heads(v), is_causal=self.causal
        )
        return self.out(z.transpose(1, 2).reshape(x.shape))


class Layer(nn.Module):
    """A layer of the encoder, or, with cross-attention, of the decoder."""

    def __init__(self, size: Size, decoder: bool) -> None:
        super().__init__()
        d_model = size.d_model
        attentions = [Attention(size, causal=decoder)]
        if decoder:
            attentions.append(Attention(size, cross=True))
        self.attentions = nn.ModuleList(attentions)
        self.norms = nn.ModuleList([nn.LayerNorm(d_model) for _ in range(len(attentions) + 1)])
        self.w_in = nn.Linear(d_model, 4 * d_model)
        self.w_out = nn.Linear(4 * d_model, d_model)

    def forward(self, x: Tensor, memory: Tensor) -> Tensor:
        for attention, norm in zip(self.attentions, self.norms, strict=False):
            x = norm(x + attention(x, memory))
        return self.norms[-1](x + self.w_out(functional.relu(self.w_in(x))))


class EncoderDecoder(nn.Module):
    """One table for source, target and head."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.tok = nn.Embedding(size.vocab_size, size.d_model)
        self.register_buffer("positions", sinusoidal(size), persistent=False)
        self.encoder = nn.ModuleList([Layer(size, decoder=False) for _ in range(size.n_layers)])
        self.decoder = nn.ModuleList([Layer(size, decoder=True) for _ in range(size.n_layers)])
        self.scale = size.d_model**0.5

    def embed(self, ids: Tensor) -> Tensor:
        return self.tok(ids) * self.scale + self.positions[: ids.shape[1]]

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        """source (B, S), target (B, T) -> logits (B, T, V)."""
        memory = self.embed(source)
        for layer in self.encoder:
            memory = layer(memory, memory)
        x = self.embed(target)
        for layer in self.decoder:
            x = layer(x, memory)
        return functional.linear(x, self.tok.weight)


def sinusoidal(size: Size) -> Tensor:
    """(T, D): Vaswani et al. 2017, section 3.5."""
    exponent = torch.arange(0, size.d_model, 2, dtype=torch.float64) / size.d_model
    angles = torch.arange(size.max_len)[:, None] * 10000.0**-exponent
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1).float()


def encoder_decoder_of(size: Size) -> EncoderDecoder:
    weights = {name: torch.from_numpy(w) for name, w in problem.first_weights(size).items()}
    state = {"tok.weight": weights["encoder.embed.tok.weight"]}

    def linear(theirs: str, *ours: str) -> None:
        """One matrix and bias out of several of ours, side by side."""
        state[f"{theirs}.weight"] = torch.cat([weights[f"{name}.weight"].T for name in ours])
        state[f"{theirs}.bias"] = torch.cat([weights[f"{name}.bias"] for name in ours])

    for stack in ("encoder", "decoder"):
        for i in range(size.n_layers):
            ours, theirs = f"{stack}.layers.{i}", f"{stack}.{i}"
            self_attn, cross_attn = f"{ours}.self_attn", f"{ours}.cross_attn"
            linear(f"{theirs}.attentions.0.qkv", *(f"{self_attn}.{name}" for name in "qkv"))
            linear(f"{theirs}.attentions.0.out", f"{self_attn}.out")
            if stack == "decoder":
                linear(f"{theirs}.attentions.1.q", f"{cross_attn}.q")
                linear(f"{theirs}.attentions.1.kv", *(f"{cross_attn}.{name}" for name in "kv"))
                linear(f"{theirs}.attentions.1.out", f"{cross_attn}.out")
            for name in ("in", "out"):
                state[f"{theirs}.w_{name}.weight"] = weights[f"{ours}.ffn.w_{name}"].T
                state[f"{theirs}.w_{name}.bias"] = weights[f"{ours}.ffn.b_{name}"]
            for n in range(3 if stack == "decoder" else 2):
                state[f"{theirs}.norms.{n}.weight"] = weights[f"{ours}.norm{n + 1}.gamma"]
                state[f"{theirs}.norms.{n}.bias"] = weights[f"{ours}.norm{n + 1}.beta"]
    model = EncoderDecoder(size)
    model.load_state_dict(state)
    return model
