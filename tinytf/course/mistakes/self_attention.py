"""Known mistakes in the backward of multi-head self-attention."""

from tinytf.course.exercise import Mistake

_DX = "dx = dx_q + dx_k + dx_v"
_GRADIENTS = "dq_rotated, dk_rotated, dv = attention_backward(dz, attention_cache)"
_MERGED = "merge_heads(dq), merge_heads(dk), merge_heads(dv)"
_DMERGED = "dmerged = self.out.backward(dout, out_cache)"
_THREE = "x fed q, k and v: its gradient is the sum of what the three bring back"


def _reshaped(name: str) -> str:
    return f"{name}.reshape({name}.shape[0], {name}.shape[2], -1)"


PATHS = (
    Mistake(
        "only q's path in dx",
        "only what came back through q is in dx, nothing of k and v",
        _THREE,
        ((_DX, "dx = dx_q"),),
    ),
    Mistake(
        "no path through q in dx",
        "what came back through q is missing in dx",
        _THREE,
        ((_DX, "dx = dx_k + dx_v"),),
    ),
    Mistake(
        "no path through k in dx",
        "what came back through k is missing in dx",
        _THREE,
        ((_DX, "dx = dx_q + dx_v"),),
    ),
    Mistake(
        "no path through v in dx",
        "what came back through v is missing in dx",
        _THREE,
        ((_DX, "dx = dx_q + dx_k"),),
    ),
    Mistake(
        "only v's path in dx",
        "only what came back through v is in dx, nothing of q and k",
        _THREE,
        ((_DX, "dx = dx_v"),),
    ),
    Mistake(
        "dx averaged over q, k and v",
        "dx is the mean of what the three projections bring back, not the sum",
        "your dx is a third of what it must be",
        ((_DX, "dx = (dx_q + dx_k + dx_v) / 3"),),
    ),
    Mistake(
        "skip path added",
        "dout is added to dx: the skip path belongs to the block around this layer",
        "your dx minus dout is right",
        ((_DX, f"{_DX} + dout"),),
    ),
)

ORDER = (
    Mistake(
        "dk and dv exchanged",
        "the gradients of k and v are exchanged on their way from attention_backward",
        "what is wrong is the part of k and v; that of q is right",
        ((_GRADIENTS, _GRADIENTS.replace("dk_rotated, dv", "dv, dk_rotated")),),
    ),
    Mistake(
        "dq and dk exchanged",
        "the gradients of q and k are exchanged on their way from attention_backward",
        "what is wrong is the part of q and k; that of v is right",
        ((_GRADIENTS, _GRADIENTS.replace("dq_rotated, dk_rotated", "dk_rotated, dq_rotated")),),
    ),
    Mistake(
        "dq, dk and dv merged by a reshape",
        "the gradients' heads are merged by a reshape, which mixes the positions",
        "with a single head nothing is wrong; merging needs the transpose, as in the forward",
        ((_MERGED, f"{_reshaped('dq')}, {_reshaped('dk')}, {_reshaped('dv')}"),),
    ),
    Mistake(
        "dz split by a reshape",
        "the gradient is split into heads by a reshape, which mixes the positions",
        "with a single head nothing is wrong; splitting needs the transpose, as in the forward",
        (
            (
                "dz = split_heads(dmerged, self.config.n_heads)",
                "dz = dmerged.reshape(len(dout), self.config.n_heads, dout.shape[1], -1)",
            ),
        ),
    ),
    Mistake(
        "rope skipped",
        "dq and dk are not rotated back before they go through the projections",
        'without positions="rope" nothing is wrong',
        (("if rope_caches is not None:", "if False:"),),
    ),
)

PROJECTIONS = (
    Mistake(
        "output projection skipped",
        "dout goes to the heads without passing through the output projection",
        "dx lacks the factor of the output projection's weight",
        ((_DMERGED, f"{_DMERGED}\n        dmerged = dout"),),
    ),
    Mistake(
        "output projection gets no gradient",
        "the output projection's weight and bias get no gradient",
        "dx is right; of dparameters, the last part is 0",
        ((_DMERGED, "dmerged = dout @ self.out.weight.value.T"),),
    ),
    Mistake(
        "projections get no gradient",
        "the weights and biases of q, k and v get no gradient",
        "dx is right; of dparameters, the first part is 0",
        (
            ("self.q.backward(dq_merged, q_cache)", "dq_merged @ self.q.weight.value.T"),
            ("self.k.backward(dk_merged, k_cache)", "dk_merged @ self.k.weight.value.T"),
            ("self.v.backward(dv_merged, v_cache)", "dv_merged @ self.v.weight.value.T"),
        ),
    ),
    Mistake(
        "everything through q's projection",
        "dk and dv go back through q's projection, not through their own",
        "of dparameters, the parts of k and v are 0",
        (
            ("self.k.backward(dk_merged, k_cache)", "self.q.backward(dk_merged, q_cache)"),
            ("self.v.backward(dv_merged, v_cache)", "self.q.backward(dv_merged, q_cache)"),
        ),
    ),
)

MISTAKES: tuple[Mistake, ...] = (*PATHS, *ORDER, *PROJECTIONS)
