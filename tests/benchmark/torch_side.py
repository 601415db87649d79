"""PyTorch eager as a contender: the same model written as one would write it for speed.

One matrix for q, k and v, `scaled_dot_product_attention`, no Python loop over anything but layers,
the default AdamW (which updates all tensors together), gradients set to None instead of 0.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from tests.benchmark import problem
from tests.benchmark.problem import Ids, Size
from tests.benchmark.torch_encoder_decoder import encoder_decoder_of


def versions() -> dict[str, str]:
    return {"torch": torch.__version__}


def own_threads() -> int | None:
    return torch.get_num_threads()


def native(ids: Ids) -> Tensor:
    """A batch as this library takes it."""
    return torch.from_numpy(ids)


class Block(nn.Module):
    """Pre-norm attention and FFN."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        d_model = size.d_model
        self.n_heads, self.d_head = size.n_heads, d_model // size.n_heads
        self.norm1 = nn.LayerNorm(d_model, bias=False)
        self.qkv = nn.Linear(d_model, 3 * d_model, bias=False)
        self.out = nn.Linear(d_model, d_model, bias=False)
        self.norm2 = nn.LayerNorm(d_model, bias=False)
        self.w_in = nn.Linear(d_model, 4 * d_model, bias=False)
        self.w_out = nn.Linear(4 * d_model, d_model, bias=False)

    def heads(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """x (B, T, D) -> q, k, v, each (B, H, T, K)."""
        batch, length, d_model = x.shape
        q, k, v = self.qkv(self.norm1(x)).split(d_model, dim=2)
        shape = batch, length, self.n_heads, self.d_head
        return (
            q.view(shape).transpose(1, 2),
            k.view(shape).transpose(1, 2),
            v.view(shape).transpose(1, 2),
        )

    def rest(self, x: Tensor, z: Tensor) -> Tensor:
        """What follows attention: x (B, T, D), z (B, H, T, K) -> (B, T, D)."""
        x = x + self.out(z.transpose(1, 2).reshape(x.shape))
        hidden = functional.gelu(self.w_in(self.norm2(x)), approximate="tanh")
        return x + self.w_out(hidden)

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = self.heads(x)
        return self.rest(x, functional.scaled_dot_product_attention(q, k, v, is_causal=True))

    def one_token(self, x: Tensor, keys: Tensor, values: Tensor, position: int) -> Tensor:
        """x (1, 1, D); keys and values (1, H, max_len, K), filled up to the position before."""
        q, k, v = self.heads(x)
        keys[:, :, position : position + 1] = k
        values[:, :, position : position + 1] = v
        end = position + 1
        z = functional.scaled_dot_product_attention(q, keys[:, :, :end], values[:, :, :end])
        return self.rest(x, z)


class GPT(nn.Module):
    """Embeddings, blocks, final norm, tied head."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.tok = nn.Embedding(size.vocab_size, size.d_model)
        self.pos = nn.Embedding(size.max_len, size.d_model)
        self.blocks = nn.ModuleList([Block(size) for _ in range(size.n_layers)])
        self.final_norm = nn.LayerNorm(size.d_model, bias=False)
        self.size = size

    def forward(self, ids: Tensor) -> Tensor:
        """ids (B, T) -> logits (B, T, V)."""
        x = self.tok(ids) + self.pos(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return functional.linear(self.final_norm(x), self.tok.weight)

    def one_token(self, ids: Tensor, cache: list[tuple[Tensor, Tensor]], position: int) -> Tensor:
        """ids (1, 1) -> logits (1, 1, V), with the keys and values of the tokens before."""
        x = self.tok(ids) + self.pos.weight[position]
        for block, (keys, values) in zip(self.blocks, cache, strict=True):
            x = block.one_token(x, keys, values, position)
        return functional.linear(self.final_norm(x), self.tok.weight)

    def new_cache(self) -> list[tuple[Tensor, Tensor]]:
        size = self.size
        shape = 1, size.n_heads, size.max_len, size.d_model // size.n_heads
        return [(torch.empty(shape), torch.empty(shape)) for _ in range(size.n_layers)]


def model_of(size: Size) -> GPT:
    weights = {name: torch.from_numpy(w) for name, w in problem.first_weights(size).items()}
    state = {
        "tok.weight": weights["decoder.embed.tok.weight"],
        "pos.weight": weights["decoder.embed.pos.weight"],
        "final_norm.weight": weights["decoder.final_norm.gamma"],
    }
    for i in range(size.n_layers):
        ours, theirs = f"decoder.layers.{i}", f"blocks.{i}"
        qkv = [weights[f"{ours}.self_attn.{name}.weight"].T for name in ("q", "k", "v")]
        state[f"{theirs}.qkv.weight"] = torch.cat(qkv)
        state[f"{theirs}.out.weight"] = weights[f"{ours}.self_attn.out.weight"].T
        state[f"{theirs}.w_in.weight"] = weights[f"{ours}.ffn.w_in"].T
        state[f"{theirs}.w_out.weight"] = weights[f"{ours}.ffn.w_out"].T
        state[f"{theirs}.norm1.weight"] = weights[f"{ours}.norm1.gamma"]
        state[f"{theirs}.norm2.weight"] = weights[f"{ours}.norm2.gamma"]
    model = GPT(size)
    model.load_state_dict(state)
    return model


def training(size: Size) -> Callable[[Tensor, Tensor], float]:
    """A function that takes one training step, on what `batches` gives, and returns its loss."""
    model = model_of(size) if size.model == "gpt" else encoder_decoder_of(size)
    parameters = list(model.parameters())
    optimizer = torch.optim.AdamW(
        [
            {
                "params": [p for p in parameters if p.ndim >= 2],
                "weight_decay": problem.WEIGHT_DECAY,
            },
            {"params": [p for p in parameters if p.ndim < 2], "weight_decay": 0.0},
        ],
        lr=size.learning_rate,
        betas=problem.BETAS,
    )

    def finish_step(logits: Tensor, targets: Tensor) -> float:
        loss = functional.cross_entropy(logits.view(-1, size.vocab_size), targets.reshape(-1))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, problem.MAX_NORM)
        optimizer.step()
        return loss.item()

    def gpt_step(inputs: Tensor, targets: Tensor) -> float:
        return finish_step(model(inputs), targets)

    def translator_step(source: Tensor, target: Tensor) -> float:
        return finish_step(model(source, target[:, :-1]), target[:, 1:])

    return gpt_step if size.model == "gpt" else translator_step


def generation(size: Size, sampled: bool) -> Callable[[], list[int]]:
    """A function that generates until the context is full and returns the tokens."""
    model = model_of(size)
    model.eval()
    torch.manual_seed(0)

    @torch.inference_mode()
    def generate() -> list[int]:
        cache = model.new_cache()
        ids = torch.zeros((1, size.max_len), dtype=torch.int64)
        for position in range(size.max_len - 1):
            logits = model.one_token(ids[:, position : position + 1], cache, position)[0]  # (1, V)
            if sampled:
                next_id = torch.multinomial(functional.softmax(logits, dim=-1), 1)
            else:
                next_id = logits.argmax(dim=-1, keepdim=True)
            ids[:, position + 1 : position + 2] = next_id
        result: list[int] = ids[0].tolist()
        return result

    return generate
