"""hw5 as students write it: right in other words, and wrong in the classical ways.

Written without the reference's source: residual connections undone by hand, other state, and each
mistake as it would stand in such code.
"""

from itertools import chain

from tests.course.variants import Variant, edited

# the residual connections by hand: (norm's cache, sub-layer's cache, dropout's cache)
BLOCK = """
class TransformerLayer(TransformerLayer):
    def backward(self, dresid_post, cache):
        attn_cache, ffn_cache = cache
        pre = self.config.norm_position == "pre"
        d = self._undo(dresid_post, self.norm2, self.ffn, ffn_cache, pre)
        return self._undo(d, self.norm1, self.self_attn, attn_cache, pre)

    def _undo(self, d, norm, sub, cache, pre):
        norm_cache, sub_cache, drop = cache
        if pre:
            inner = sub.backward(d if drop is None else d * drop, sub_cache)
            return d + norm.backward(inner, norm_cache)
        d = norm.backward(d, norm_cache)
        inner = sub.backward(d if drop is None else d * drop, sub_cache)
        return d + inner
"""

BLOCK_SHORT = """
class TransformerLayer(TransformerLayer):
    def backward(self, dresid_post, cache):
        steps = [(self.norm1, self.self_attn, cache[0]), (self.norm2, self.ffn, cache[1])]
        d = dresid_post
        for norm, sub, kept in steps[::-1]:
            d = residual_backward(d, norm, sub.backward, self.config.norm_position, kept)
        return d
"""

DECODER = """
class DecoderLayer(DecoderLayer):
    def backward(self, dresid_post, cache):
        c_self, c_cross, c_ffn = cache
        d, _ = self._undo(dresid_post, self.norm3, self.ffn, c_ffn)
        below, dmemory = self._undo(d, self.norm2, self.cross_attn, c_cross)
        dx, _ = self._undo(below, self.norm1, self.self_attn, c_self)
        return dx, dmemory

    def _undo(self, d, norm, sub, cache):
        c_norm, c_sub, c_drop = cache
        extra = None
        if self.config.norm_position == "post":
            d = norm.backward(d, c_norm)
        inner = sub.backward(d if c_drop is None else d * c_drop, c_sub)
        if type(inner) is tuple:
            inner, extra = inner
        if self.config.norm_position == "pre":
            inner = norm.backward(inner, c_norm)
        return d + inner, extra
"""

DECODER_SHORT = """
class DecoderLayer(DecoderLayer):
    def backward(self, dresid_post, cache):
        where = self.config.norm_position
        d = residual_backward(dresid_post, self.norm3, self.ffn.backward, where, cache[2])
        d, dm = residual_backward(d, self.norm2, self.cross_attn.backward, where, cache[1])
        d = residual_backward(d, self.norm1, self.self_attn.backward, where, cache[0])
        return d, dm
"""

STACK = """
class MemoryDecoder(MemoryDecoder):
    def backward(self, dresid, cache):
        embed_cache, layer_caches, norm_cache = cache
        d = dresid
        if self.final_norm is not None:
            d = self.final_norm.backward(d, norm_cache)
        total = 0
        for i in range(len(self.layers) - 1, -1, -1):
            d, share = self.layers[i].backward(d, layer_caches[i])
            total = total + share
        self.embed.backward(d, embed_cache)
        return total
"""

STACK_LISTS = """
class MemoryDecoder(MemoryDecoder):
    def backward(self, dresid, cache):
        embed_cache, layer_caches, norm_cache = cache
        if self.final_norm:
            dresid = self.final_norm.backward(dresid, norm_cache)
        pairs = list(zip(self.layers, layer_caches))
        parts = []
        while pairs:
            layer, kept = pairs.pop()
            dresid, part = layer.backward(dresid, kept)
            parts.append(part)
        self.embed.backward(dresid, embed_cache)
        return np.sum(parts, axis=0)
"""

HEAD = """
def head_forward(resid, head, table):
    if head is not None:
        return head.forward(resid)
    return np.einsum("btd,vd->btv", resid, table.weight.value), resid

def head_backward(dlogits, head, table, cache):
    if head is not None:
        return head.backward(dlogits, cache)
    table.weight.grad += np.einsum("btv,btd->vd", dlogits, cache)
    return dlogits @ table.weight.value
"""

HEAD_FLAT = """
def head_forward(resid, head, table):
    if head:
        return head.forward(resid)
    W = table.weight.value
    return resid @ W.T, (resid, W)

def head_backward(dlogits, head, table, cache):
    if head:
        return head.backward(dlogits, cache)
    resid, W = cache
    V, D = W.shape
    dW = dlogits.reshape(-1, V).T @ resid.reshape(-1, D)
    table.weight.grad[:] = table.weight.grad + dW
    return np.matmul(dlogits, W)
"""

SGD = """
def _update(self, tile, learning_rate, decay):
    w = self.flat.value[tile]
    g = self.flat.grad[tile] + decay * w
    if self.momentum > 0:
        self.state["velocity"][tile] = self.momentum * self.state["velocity"][tile] + g
        g = self.state["velocity"][tile]
    self.flat.value[tile] = w - learning_rate * g

SGD._update = _update
"""

SGD_IN_PLACE = """
def _update(self, tile, learning_rate, decay):
    value = self.flat.value[tile]
    direction = self.flat.grad[tile].copy()
    direction += decay * value
    if "velocity" in self.state:
        v = self.state["velocity"][tile]
        v[:] = direction + v * self.momentum
        direction = v
    np.subtract(value, learning_rate * direction, out=value)

SGD._update = _update
"""

ADAM = """
def _update(self, tile, learning_rate, decay):
    w, g = self.flat.value[tile], self.flat.grad[tile]
    m, v = self.state["first_moment"][tile], self.state["second_moment"][tile]
    b1, b2 = self.betas
    m[:] = b1 * m + (1 - b1) * g
    v[:] = b2 * v + (1 - b2) * g**2
    mhat = m / (1 - b1**self.n_steps)
    vhat = v / (1 - b2**self.n_steps)
    w -= learning_rate * decay * w
    w -= learning_rate * mhat / (np.sqrt(vhat) + self.eps)

Adam._update = _update
"""

ADAM_OTHER = """
def _update(self, tile, learning_rate, decay):
    t = self.n_steps
    beta1, beta2 = self.betas
    grad = self.flat.grad[tile]
    first = self.state["first_moment"][tile]
    first = first + (1 - beta1) * (grad - first)
    second = beta2 * self.state["second_moment"][tile] + (1 - beta2) * np.square(grad)
    self.state["first_moment"][tile] = first
    self.state["second_moment"][tile] = second
    rate = learning_rate / (1 - beta1**t)
    step = rate * first / (np.sqrt(second / (1 - beta2**t)) + self.eps)
    self.flat.value[tile] = (1 - learning_rate * decay) * self.flat.value[tile] - step

Adam._update = _update
"""

TRAIN = """
def train(model, optimizer, batches, learning_rate, warmup_steps=0):
    history = []
    for n, batch in enumerate(batches, 1):
        x = batch[:, :-1]
        y = batch[:, 1:]
        out, kept = model.forward(x)
        loss, loss_kept = cross_entropy_forward(out, y)
        optimizer.zero_grad()
        model.backward(cross_entropy_backward(1.0, loss_kept), kept)
        rate = learning_rate
        if n <= warmup_steps:
            rate = learning_rate * n / (warmup_steps + 1)
        optimizer.step(rate)
        history.append(loss.item())
    return history
"""

# the loss's gradient by hand: (softmax - one-hot) / number of tokens
TRAIN_BY_HAND = """
import numpy as np

def train(model, optimizer, batches, learning_rate, warmup_steps=0):
    losses = []
    step = 0
    optimizer.zero_grad()
    while step < len(batches):
        tokens = np.array(batches[step])
        logits, cache = model.forward(tokens[:, :-1])
        targets = tokens[:, 1:]
        p = np.exp(logits - logits.max(axis=-1, keepdims=True))
        p /= p.sum(axis=-1, keepdims=True)
        hit = np.eye(logits.shape[-1])[targets]
        losses.append(float(-np.log((p * hit).sum(axis=-1)).mean()))
        model.backward((p - hit) / targets.size, cache)
        step += 1
        optimizer.step(learning_rate * min(step, warmup_steps + 1) / (warmup_steps + 1))
        optimizer.zero_grad()
    return losses
"""

RIGHT = (
    Variant("transformer_layer", "residuals by hand", code=BLOCK),
    Variant("transformer_layer", "a loop", code=BLOCK_SHORT),
    Variant("decoder_layer", "residuals by hand", code=DECODER),
    Variant("decoder_layer", "one name for all", code=DECODER_SHORT),
    Variant("memory_decoder", "a running total", code=STACK),
    Variant("memory_decoder", "a list of parts", code=STACK_LISTS),
    Variant("tied_head", "einsum", code=HEAD),
    Variant("tied_head", "flat rows", code=HEAD_FLAT),
    Variant("sgd", "assigned slices", code=SGD),
    Variant("sgd", "in place", code=SGD_IN_PLACE),
    Variant("adam", "as in the paper", code=ADAM),
    Variant("adam", "moments moved by differences", code=ADAM_OTHER),
    Variant("train", "steps counted from 1", code=TRAIN),
    Variant("train", "the loss by hand", code=TRAIN_BY_HAND),
)

# exercise, name, right code, (old, new)..., the mistake's name in the catalogue; None: not in it
_WRONG: tuple[
    tuple[str, str, str, tuple[tuple[str, str], ...], str | tuple[str, ...] | None], ...
] = (
    (
        "transformer_layer",
        "no skip",
        BLOCK,
        (("return d + norm", "return norm"), ("return d + inner", "return inner")),
        "skip paths lost",
    ),
    (
        "transformer_layer",
        "norm forgotten",
        BLOCK,
        (("d + norm.backward(inner, norm_cache)", "d + inner"),),
        "norms skipped",
    ),
    (
        "transformer_layer",
        "norm of the sum",
        BLOCK,
        (
            (
                "return d + norm.backward(inner, norm_cache)",
                "return norm.backward(d + inner, norm_cache)",
            ),
        ),
        "skip paths through the norms",
    ),
    (
        "transformer_layer",
        "pre whatever",
        BLOCK,
        (('self.config.norm_position == "pre"', "True"),),
        "always pre-norm",
    ),
    (
        "transformer_layer",
        "post whatever",
        BLOCK,
        (('self.config.norm_position == "pre"', "False"),),
        "always post-norm",
    ),
    (
        "transformer_layer",
        "forward order",
        BLOCK_SHORT,
        (("steps[::-1]", "steps"),),
        "sub-layers undone in forward order",
    ),
    (
        "transformer_layer",
        "not chained",
        BLOCK,
        (("return self._undo(d, ", "return self._undo(dresid_post, "),),
        "self-attention gets the gradient from above the FFN",
    ),
    (
        "transformer_layer",
        "norm1 twice",
        BLOCK,
        (("self.norm2, self.ffn", "self.norm1, self.ffn"),),
        "norm1 in the place of norm2",
    ),
    (
        "transformer_layer",
        "norm2 twice",
        BLOCK_SHORT,
        (("self.norm1, self.self_attn", "self.norm2, self.self_attn"),),
        "norm2 in the place of norm1",
    ),
    (
        "transformer_layer",
        "skip added again",
        BLOCK_SHORT,
        (("return d\n", "return d + dresid_post\n"),),
        "one more skip path",
    ),
    (
        "transformer_layer",
        "FFN only",
        BLOCK_SHORT,
        (("steps[::-1]", "steps[1:]"),),
        "self-attention skipped",
    ),
    (
        "decoder_layer",
        "no skip",
        DECODER,
        (("return d + inner, extra", "return inner, extra"),),
        "skip paths lost",
    ),
    (
        "decoder_layer",
        "norm forgotten",
        DECODER,
        (
            (
                '        if self.config.norm_position == "pre":\n            inner = '
                "norm.backward(inner, c_norm)\n",
                "",
            ),
        ),
        "norms skipped",
    ),
    (
        "decoder_layer",
        "not chained",
        DECODER,
        (("self._undo(below, ", "self._undo(d, "),),
        "cross-attention's gradient does not reach below",
    ),
    (
        "decoder_layer",
        "from the top to cross",
        DECODER,
        (("self._undo(d, self.norm2", "self._undo(dresid_post, self.norm2"),),
        "cross-attention gets the gradient from above the FFN",
    ),
    (
        "decoder_layer",
        "norm2 for the FFN",
        DECODER_SHORT,
        (("dresid_post, self.norm3", "dresid_post, self.norm2"),),
        "norm2 in the place of norm3",
    ),
    (
        "decoder_layer",
        "norm3 for cross",
        DECODER_SHORT,
        (("d, self.norm2", "d, self.norm3"),),
        "norm3 in the place of norm2",
    ),
    (
        "decoder_layer",
        "dm, d",
        DECODER_SHORT,
        (("return d, dm", "return dm, d"),),
        "returned in the wrong order",
    ),
    (
        "decoder_layer",
        "dm forgotten",
        DECODER_SHORT,
        (("return d, dm", "return d, np.zeros_like(dm)"),),
        "dmemory lost",
    ),
    (
        "decoder_layer",
        "dm unpacked first",
        DECODER_SHORT,
        (("d, dm = residual", "dm, d = residual"),),
        "dresid and dmemory exchanged",
    ),
    (
        "decoder_layer",
        "pre whatever",
        DECODER_SHORT,
        (("self.config.norm_position", '"pre"'),),
        "always pre-norm",
    ),
    (
        "decoder_layer",
        "FFN left out",
        DECODER,
        (("d, _ = self._undo(dresid_post, self.norm3, self.ffn, c_ffn)", "d = dresid_post"),),
        "FFN skipped",
    ),
    (
        "decoder_layer",
        "self-attention before cross",
        DECODER,
        (
            (
                "below, dmemory = self._undo(d, self.norm2, self.cross_attn, c_cross)\n        "
                "dx, _ = self._undo(below, self.norm1, self.self_attn, c_self)",
                "below, _ = self._undo(d, self.norm1, self.self_attn, c_self)\n        dx, "
                "dmemory = self._undo(below, self.norm2, self.cross_attn, c_cross)",
            ),
        ),
        "self-attention and cross-attention exchanged",
    ),
    (
        "memory_decoder",
        "total = share",
        STACK,
        (("total = total + share", "total = share"),),
        "dmemory overwritten",
    ),
    (
        "memory_decoder",
        "parts[0]",
        STACK_LISTS,
        (("np.sum(parts, axis=0)", "parts[0]"),),
        "dmemory of the last layer only",
    ),
    (
        "memory_decoder",
        "mean",
        STACK_LISTS,
        (("np.sum(parts", "np.mean(parts"),),
        "dmemory averaged over the layers",
    ),
    (
        "memory_decoder",
        "range(0, n)",
        STACK,
        (("range(len(self.layers) - 1, -1, -1)", "range(len(self.layers))"),),
        "layers undone in forward order",
    ),
    (
        "memory_decoder",
        "pop(0)",
        STACK_LISTS,
        (("pairs.pop()", "pairs.pop(0)"),),
        "layers undone in forward order",
    ),
    (
        "memory_decoder",
        "stops at 1",
        STACK,
        (("- 1, -1, -1)", "- 1, 0, -1)"),),
        "the first layer's share left out",
    ),
    (
        "memory_decoder",
        "d of the top",
        STACK,
        (("d, share = self.layers[i].backward(d,", "new, share = self.layers[i].backward(d,"),),
        "each layer gets the gradient from the top",
    ),
    (
        "memory_decoder",
        "embeddings from dresid",
        STACK,
        (("self.embed.backward(d, embed_cache)", "self.embed.backward(dresid, embed_cache)"),),
        "embeddings get the gradient from above the final norm",
    ),
    (
        "memory_decoder",
        "no embeddings",
        STACK_LISTS,
        (("        self.embed.backward(dresid, embed_cache)\n", ""),),
        "embeddings get no gradient",
    ),
    (
        "memory_decoder",
        "no final norm",
        STACK_LISTS,
        (("if self.final_norm:", "if False:"),),
        "final norm skipped",
    ),
    (
        "memory_decoder",
        "result dropped",
        STACK,
        (("d = self.final_norm", "self.final_norm"),),
        "final norm's dx not used",
    ),
    (
        "tied_head",
        "= for +=",
        HEAD,
        (("table.weight.grad += np", "table.weight.grad[:] = np"),),
        "the look-up's gradient overwritten",
    ),
    (
        "tied_head",
        "no gradient",
        HEAD,
        (('    table.weight.grad += np.einsum("btv,btd->vd", dlogits, cache)\n', ""),),
        "the table gets no gradient from the head",
    ),
    ("tied_head", "-= for +=", HEAD, (("grad += np", "grad -= np"),), "tied gradient subtracted"),
    (
        "tied_head",
        "reshape",
        HEAD_FLAT,
        (
            (
                "dW = dlogits.reshape(-1, V).T @ resid.reshape(-1, D)",
                "dW = (resid.reshape(-1, D).T @ dlogits.reshape(-1, V)).reshape(V, D)",
            ),
        ),
        "tied gradient reshaped",
    ),
    (
        "tied_head",
        "not turned",
        HEAD_FLAT,
        (
            (
                "dW = dlogits.reshape(-1, V).T @ resid.reshape(-1, D)",
                "dW = resid.reshape(-1, D).T @ dlogits.reshape(-1, V)",
            ),
        ),
        "tied gradient not transposed",
    ),
    (
        "tied_head",
        "mean",
        HEAD_FLAT,
        (("grad + dW", "grad + dW / dlogits[:, :, 0].size"),),
        "tied gradient averaged over the tokens",
    ),
    (
        "tied_head",
        "twice",
        HEAD_FLAT,
        (("grad + dW", "grad + dW + dW"),),
        "tied gradient added twice",
    ),
    (
        "tied_head",
        "W reshaped",
        HEAD_FLAT,
        (
            ("resid @ W.T, (resid, W)", "resid @ W.reshape(W.shape[1], W.shape[0]), (resid, W)"),
            ("np.matmul(dlogits, W)", "np.matmul(dlogits, W.reshape(D, V).T)"),
        ),
        "table reshaped",
    ),
    ("sgd", "plus", SGD, (("w - learning_rate", "w + learning_rate"),), "uphill"),
    ("sgd", "no rate", SGD, (("w - learning_rate * g", "w - g"),), "no learning rate"),
    ("sgd", "no momentum", SGD, (("self.momentum > 0", "False"),), "no momentum"),
    (
        "sgd",
        "ema",
        SGD,
        (("[tile] + g\n", "[tile] + (1 - self.momentum) * g\n"),),
        "momentum averages",
    ),
    ("sgd", "sum for ever", SGD_IN_PLACE, (("v * self.momentum", "v"),), "velocity never fades"),
    (
        "sgd",
        "Nesterov",
        SGD_IN_PLACE,
        (("direction = v\n", "direction = direction + self.momentum * v\n"),),
        "Nesterov",
    ),
    (
        "sgd",
        "decay everywhere",
        SGD,
        (("+ decay * w", "+ self.weight_decay * w"),),
        "decay on biases",
    ),
    (
        "sgd",
        "decay forgotten",
        SGD_IN_PLACE,
        (("    direction += decay * value\n", ""),),
        "no weight decay",
    ),
    (
        "sgd",
        "decoupled",
        SGD,
        (
            (" + decay * w", ""),
            ("= w - learning_rate * g", "= w * (1 - learning_rate * decay) - learning_rate * g"),
        ),
        "decay outside the velocity",
    ),
    (
        "sgd",
        "decay minus",
        SGD_IN_PLACE,
        (("direction += decay", "direction -= decay"),),
        "decay pushes away from 0",
    ),
    ("sgd", "2 decay", SGD, (("+ decay * w", "+ 2 * decay * w"),), "decay twice as strong"),
    (
        "adam",
        "no correction",
        ADAM,
        (("m / (1 - b1**self.n_steps)", "m"), ("v / (1 - b2**self.n_steps)", "v")),
        "no bias correction",
    ),
    (
        "adam",
        "first not corrected",
        ADAM,
        (("m / (1 - b1**self.n_steps)", "m"),),
        "no bias correction of the first moment",
    ),
    (
        "adam",
        "second not corrected",
        ADAM,
        (("v / (1 - b2**self.n_steps)", "v"),),
        "no bias correction of the second moment",
    ),
    (
        "adam",
        "t + 1",
        ADAM_OTHER,
        (("t = self.n_steps", "t = self.n_steps + 1"),),
        "bias corrected one step late",
    ),
    (
        "adam",
        "no power",
        ADAM,
        (("b1**self.n_steps", "b1"), ("b2**self.n_steps", "b2")),
        "bias correction without the power",
    ),
    ("adam", "b2, b1", ADAM, (("b1, b2 = self.betas", "b2, b1 = self.betas"),), "betas exchanged"),
    ("adam", "abs", ADAM, (("g**2", "abs(g)"),), "second moment without the square"),
    (
        "adam",
        "m = g",
        ADAM_OTHER,
        (("second = beta2", "first = (1 - beta1) * grad\n    second = beta2"),),
        "first moment not kept",
    ),
    ("adam", "no 1 - b1", ADAM, (("(1 - b1) * g\n", "g\n"),), "first moment without 1 - beta1"),
    ("adam", "no sqrt", ADAM, (("np.sqrt(vhat)", "vhat"),), "no root"),
    (
        "adam",
        "eps in sqrt",
        ADAM,
        (("(np.sqrt(vhat) + self.eps)", "np.sqrt(vhat + self.eps)"),),
        "eps inside the root",
    ),
    ("adam", "no eps", ADAM, ((" + self.eps", ""),), "no eps"),
    ("adam", "RMSProp", ADAM, (("mhat / ", "g / "),), "gradient in the place of the first moment"),
    ("adam", "plus", ADAM, (("w -= learning_rate * mhat", "w += learning_rate * mhat"),), "uphill"),
    (
        "adam",
        "L2",
        ADAM,
        (
            ("    w -= learning_rate * decay * w\n", ""),
            ("    m[:] = b1", "    g = g + decay * w\n    m[:] = b1"),
        ),
        "decay through Adam's scaling",
    ),
    (
        "adam",
        "decay on all",
        ADAM,
        (("learning_rate * decay * w", "learning_rate * self.weight_decay * w"),),
        "decay on biases",
    ),
    ("adam", "no decay", ADAM, (("    w -= learning_rate * decay * w\n", ""),), "no weight decay"),
    (
        "adam",
        "decay alone",
        ADAM,
        (("w -= learning_rate * decay * w", "w -= decay * w"),),
        "decay without the learning rate",
    ),
    (
        "adam",
        "decay last",
        ADAM_OTHER,
        (
            (
                "(1 - learning_rate * decay) * self.flat.value[tile] - step",
                "(1 - learning_rate * decay) * (self.flat.value[tile] - step)",
            ),
        ),
        "decay after the step",
    ),
    ("train", "copies", TRAIN, (("y = batch[:, 1:]", "y = batch[:, :-1]"),), "targets not shifted"),
    (
        "train",
        "backwards",
        TRAIN,
        (("x = batch[:, :-1]", "x = batch[:, 1:]"), ("y = batch[:, 1:]", "y = batch[:, :-1]")),
        "shifted the wrong way",
    ),
    (
        "train",
        "no zero_grad",
        TRAIN,
        (("        optimizer.zero_grad()\n", ""),),
        "gradients not zeroed",
    ),
    (
        "train",
        "zero once",
        TRAIN_BY_HAND,
        (("        optimizer.zero_grad()\n    return", "    return"),),
        "gradients not zeroed",
    ),
    (
        "train",
        "zero too late",
        TRAIN,
        (
            ("        optimizer.zero_grad()\n", ""),
            (
                "        rate = learning_rate\n",
                "        optimizer.zero_grad()\n        rate = learning_rate\n",
            ),
        ),
        "no step changes anything",
    ),
    (
        "train",
        "no step",
        TRAIN,
        (("        optimizer.step(rate)\n", ""),),
        "no step changes anything",
    ),
    ("train", "uphill", TRAIN, (("optimizer.step(rate)", "optimizer.step(-rate)"),), "ascent"),
    ("train", "hit - p", TRAIN_BY_HAND, (("(p - hit)", "(hit - p)"),), "ascent"),
    (
        "train",
        "dloss = loss",
        TRAIN,
        (("cross_entropy_backward(1.0,", "cross_entropy_backward(loss,"),),
        "loss as its own gradient",
    ),
    (
        "train",
        "/ rows",
        TRAIN,
        (("cross_entropy_backward(1.0,", "cross_entropy_backward(1 / len(x),"),),
        "gradient divided by the batch",
    ),
    (
        "train",
        "sum",
        TRAIN_BY_HAND,
        (("(p - hit) / targets.size", "p - hit"),),
        "gradient of the summed loss",
    ),
    ("train", "/ rows only", TRAIN_BY_HAND, (("/ targets.size", "/ len(tokens)"),), None),
    (
        "train",
        "first batch",
        TRAIN_BY_HAND,
        (("batches[step]", "batches[0]"),),
        "only the first batch",
    ),
    (
        "train",
        "no warm-up",
        TRAIN,
        (
            (
                "        if n <= warmup_steps:\n            rate = learning_rate * n / "
                "(warmup_steps + 1)\n",
                "",
            ),
        ),
        "no warm-up",
    ),
    (
        "train",
        "n - 1",
        TRAIN,
        (
            (
                "n <= warmup_steps:\n            rate = learning_rate * n ",
                "n <= warmup_steps + 1:\n            rate = learning_rate * (n - 1) ",
            ),
        ),
        "warm-up from 0",
    ),
    (
        "train",
        "/ warmup",
        TRAIN,
        (("* n / (warmup_steps + 1)", "* n / warmup_steps"),),
        "warm-up one step short",
    ),
    (
        "train",
        "sums of losses",
        TRAIN,
        (("loss.item()", "loss.item() * y.size"),),
        "losses summed over the tokens",
    ),
    (
        "train",
        "last loss",
        TRAIN,
        (("return history", "return history[-1:]"),),
        "only the last loss",
    ),
)

WRONG = tuple(
    Variant(exercise, name, code=edited(code, *chain.from_iterable(edits)), mistake=mistake)
    for exercise, name, code, edits, mistake in _WRONG
)
