"""Known mistakes in multi-head cross-attention."""

from tinytf.course.exercise import Mistake

_START = "keys_values_cache: Any = None"
_FROM_MEMORY = "memory, keys_values_cache = self.keys_values(memory)"
_Q = "self.q.forward(x)"
_MASK = "q, k, v, mask, dropout_p=dropout_p, rng=rng"
_MERGED = "merged = merge_heads(z)"
_OUT = "out, out_cache = self.out.forward(merged)"
_SUM = "dmemory = dmemory_k + dmemory_v"
_TWO = "the memory fed k and v: its gradient is the sum of what the two bring back"
_SOURCES = "q comes from x, k and v come from the memory"

FORWARD = (
    Mistake(
        "queries from the memory",
        "the queries come from the memory, too: the decoder is not asked",
        f"{_SOURCES}; your y has a row for each position of the memory",
        ((_START, f"source = memory\n        {_START}"), (_Q, "self.q.forward(source)")),
    ),
    Mistake(
        "keys and values from x",
        "keys and values come from x: that is self-attention, the memory is not read",
        _SOURCES,
        ((_FROM_MEMORY, _FROM_MEMORY.replace("(memory)", "(x)")),),
    ),
    Mistake(
        "x and memory exchanged",
        "the queries come from the memory, keys and values from x",
        f"{_SOURCES}; your y has a row for each position of the memory",
        (
            (_START, f"source = memory\n        {_START}"),
            (_Q, "self.q.forward(source)"),
            (_FROM_MEMORY, _FROM_MEMORY.replace("(memory)", "(x)")),
        ),
    ),
    Mistake(
        "keys and values exchanged",
        "keys and values are exchanged: the scores are made of the values",
        "the scores must not depend on the values' projection",
        (("k, v = memory", "v, k = memory"),),
    ),
    Mistake(
        "values from the keys' projection",
        "the values go through the projection of the keys",
        "the values' projection has no part in your y",
        (("self.v.forward(memory)", "self.k.forward(memory)"),),
    ),
    Mistake(
        "mask ignored",
        "the mask is not passed on: the padding of the source is read",
        "without a mask nothing is wrong",
        ((_MASK, _MASK.replace("mask", "None")),),
    ),
    Mistake(
        "mask inverted",
        "the mask is turned round: the padding is read, the text is not",
        "without a mask nothing is wrong",
        ((_MASK, _MASK.replace("mask", "mask if mask is None else ~mask")),),
    ),
    Mistake(
        "causal",
        "a causal mask is put on: the whole source is known from the start, none of it is future",
        "the last query, which sees everything, is right",
        ((_MASK, _MASK.replace("mask", "mask, causal=True")),),
    ),
    Mistake(
        "heads merged by a reshape",
        "the heads are merged by a reshape, which mixes the positions",
        "with a single head nothing is wrong",
        ((_MERGED, "merged = z.reshape(len(x), x.shape[1], -1)"),),
    ),
    Mistake(
        "q split by a reshape",
        "q is split into heads by a reshape, which mixes the positions",
        "with a single head nothing is wrong",
        (
            (
                "q = split_heads(q_merged, self.config.n_heads)",
                "q = q_merged.reshape(len(x), self.config.n_heads, x.shape[1], -1)",
            ),
        ),
    ),
    Mistake(
        "no output projection",
        "the merged heads are returned without passing through the output projection",
        "the output projection has no part in your y",
        ((_OUT, "_, out_cache = self.out.forward(merged)\n        out = merged"),),
    ),
    Mistake(
        "skip path added",
        "x is added to the output: the skip path belongs to the block around this layer",
        "your y minus x is right",
        ((_OUT, f"{_OUT}\n        out = out + x"),),
    ),
    Mistake(
        "as many key heads as query heads",
        "k and v are split into n_heads heads; they have kv_heads",
        "without grouped heads nothing is wrong",
        (
            (
                "k = split_heads(k_merged, self.config.kv_heads)",
                "k = split_heads(k_merged, self.config.n_heads)",
            ),
            (
                "v = split_heads(v_merged, self.config.kv_heads)",
                "v = split_heads(v_merged, self.config.n_heads)",
            ),
        ),
    ),
)

BACKWARD = (
    Mistake(
        "only k's path in dmemory",
        "only what came back through k is in dmemory, nothing of v",
        _TWO,
        ((_SUM, "dmemory = dmemory_k"),),
    ),
    Mistake(
        "only v's path in dmemory",
        "only what came back through v is in dmemory, nothing of k",
        _TWO,
        ((_SUM, "dmemory = dmemory_v"),),
    ),
    Mistake(
        "dmemory averaged over k and v",
        "dmemory is the mean of what k and v bring back, not the sum",
        "your dmemory is half of what it must be",
        ((_SUM, "dmemory = (dmemory_k + dmemory_v) / 2"),),
    ),
    Mistake(
        "dx and dmemory exchanged",
        "dx and dmemory are returned in the wrong order: it must be that of the inputs",
        "your dx is the right dmemory, and the other way round",
        (("return dx, dmemory", "return dmemory, dx"),),
    ),
    Mistake(
        "dk and dv exchanged",
        "the gradients of k and v are exchanged on their way from attention_backward",
        "dx is right; attention_backward returns dq, dk, dv",
        (("dq, dk, dv = attention_backward", "dq, dv, dk = attention_backward"),),
    ),
    Mistake(
        "caches of k and v exchanged",
        "the keys' gradient goes back through the values' projection, and the other way round",
        "dx is right",
        (("k_cache, v_cache = cache", "v_cache, k_cache = cache"),),
    ),
    Mistake(
        "dk and dv merged by a reshape",
        "the heads of dk and dv are merged by a reshape, which mixes the positions",
        "with a single head nothing is wrong",
        (
            (
                "merge_heads(dk), merge_heads(dv)",
                "dk.reshape(len(dk), dk.shape[2], -1), dv.reshape(len(dv), dv.shape[2], -1)",
            ),
        ),
    ),
    Mistake(
        "dq merged by a reshape",
        "the heads of dq are merged by a reshape, which mixes the positions",
        "with a single head nothing is wrong; dmemory is right",
        (("merge_heads(dq)", "dq.reshape(len(dq), dq.shape[2], -1)"),),
    ),
    Mistake(
        "dz split by a reshape",
        "the gradient is split into heads by a reshape, which mixes the positions",
        "with a single head nothing is wrong",
        (
            (
                "dz = split_heads(dmerged, self.config.n_heads)",
                "dz = dmerged.reshape(len(dout), self.config.n_heads, dout.shape[1], -1)",
            ),
        ),
    ),
    Mistake(
        "output projection skipped",
        "dout goes to the heads without passing through the output projection",
        "dx and dmemory lack the factor of the output projection's weight",
        (
            (
                "dmerged = self.out.backward(dout, out_cache)",
                "self.out.backward(dout, out_cache)\n        dmerged = dout",
            ),
        ),
    ),
    Mistake(
        "skip path in dx",
        "dout is added to dx: the skip path belongs to the block around this layer",
        "your dx minus dout is right",
        (("return dx, dmemory", "return dx + dout, dmemory"),),
    ),
    Mistake(
        "projections of the memory get no gradient",
        "the weights and biases of k and v get no gradient",
        "dx and dmemory are right; of dparameters, the parts of k and v are 0",
        (
            ("self.k.backward(dk_merged, k_cache)", "dk_merged @ self.k.weight.value.T"),
            ("self.v.backward(dv_merged, v_cache)", "dv_merged @ self.v.weight.value.T"),
        ),
    ),
)

MISTAKES: tuple[Mistake, ...] = (*FORWARD, *BACKWARD)
