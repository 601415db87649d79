"""Known mistakes in the exercise "residual"."""

from tinytf.course.exercise import Mistake

_PRE = 'if norm_position == "pre":\n        inner'
_POST = 'if norm_position == "post":\n        y'
_SUMMED = "summed = x + dropped  #"
_DROPPED = "dropped, dropout_cache = dropout_forward(out, dropout, rng, training=rng is not None)"
_DSUMMED = 'dsummed = norm.backward(dy, norm_cache) if norm_position == "post" else dy'
_DDROPPED = "ddropped = dsummed\n"
_DOUT = "dout = dropout_backward(ddropped, dropout_cache)"
_DX_INNER = 'dx_inner = norm.backward(dinner, norm_cache) if norm_position == "pre" else dinner'
_DX = "dx = dsummed + dx_inner\n"
_RETURN = "return dx if dmemory is None else (dx, dmemory)"

_TWO_PATHS = "x feeds both paths, so dx is the sum of what they bring back"

_FORWARD = (
    Mistake(
        "skip path lost in the forward",
        "x is not added to what the sub-layer says",
        "your y is that of the sub-layer alone",
        ((_SUMMED, "summed = dropped  #"),),
    ),
    Mistake(
        "skip path from the norm",
        "with pre-norm, norm(x) is added; the skip path carries x itself, past the norm",
        "with norm_position='post' yours is right",
        ((_SUMMED, "summed = inner + dropped  #"),),
    ),
    Mistake(
        "pre and post exchanged",
        "pre-norm is computed where post-norm is asked for, and the other way round: pre is x + "
        "sublayer(norm(x)), post is norm(x + sublayer(x))",
        "yours is right for the other norm_position",
        (
            (_PRE, _PRE.replace("pre", "post")),
            (_POST, _POST.replace("post", "pre")),
            (_DSUMMED, _DSUMMED.replace("post", "pre")),
            (_DX_INNER, _DX_INNER.replace("pre", "post")),
        ),
    ),
    Mistake(
        "norm of the sub-layer's output only",
        "with post-norm, the norm sees the sub-layer's output without x: it must see their sum, "
        "norm(x + sublayer(x))",
        "your y is x + norm(sublayer(x)); with norm_position='pre' yours is right",
        (
            (_POST, 'if norm_position == "post":\n        summed = dropped\n        y'),
            (
                "    else:\n        y = summed\n",
                "        y = y + x\n    else:\n        y = summed\n",
            ),
        ),
    ),
    Mistake(
        "no dropout",
        "dropout is left out",
        "without dropout yours is right",
        ((_DROPPED, _DROPPED.replace("rng is not None", "False")),),
    ),
    Mistake(
        "dropout on the sum",
        "dropout is applied to the sum with x; it belongs to the sub-layer's output alone, so that "
        "the skip path stays whole",
        "without dropout yours is right",
        (
            (_DROPPED, "dropped = out"),
            (
                _SUMMED,
                "summed, dropout_cache = dropout_forward(\n"
                "        x + dropped, dropout, rng, training=rng is not None\n"
                "    )  #",
            ),
            (_DSUMMED, f"{_DSUMMED}\n    dsummed = dropout_backward(dsummed, dropout_cache)"),
            (_DOUT, "dout = ddropped"),
        ),
    ),
)

_BACKWARD = (
    Mistake(
        "skip path lost",
        f"dx has only what comes back through the sub-layer; {_TWO_PATHS}",
        "your error is exactly the gradient of the sum",
        ((_DX, "dx = dx_inner\n"),),
    ),
    Mistake(
        "sub-layer's path lost",
        f"dx has only what comes back on the skip path; {_TWO_PATHS}",
        "your dx is the gradient of the sum",
        ((_DX, "dx = dsummed\n"),),
    ),
    Mistake(
        "skip path twice",
        f"dx has the skip path's gradient twice; {_TWO_PATHS}",
        "your error is exactly the gradient of the sum",
        ((_DX, "dx = 2 * dsummed + dx_inner\n"),),
    ),
    Mistake(
        "averaged over both paths",
        f"dx is the average of both paths; {_TWO_PATHS}",
        "twice your dx is the correct one",
        ((_DX, "dx = (dsummed + dx_inner) / 2\n"),),
    ),
    Mistake(
        "pre-norm's backward skipped",
        "with pre-norm, what comes back from the sub-layer does not go through the norm's backward",
        "dgamma stays 0 with norm_position='pre'; with 'post' yours is right",
        ((_DX_INNER, "dx_inner = dinner"),),
    ),
    Mistake(
        "post-norm's backward skipped",
        "with post-norm, dy does not go through the norm's backward first",
        "dgamma stays 0 with norm_position='post'; with 'pre' yours is right",
        ((_DSUMMED, "dsummed = dy"),),
    ),
    Mistake(
        "skip path past the post-norm",
        "with post-norm, dy itself is added as the skip path's gradient; the norm sees the sum of "
        "both paths, so both gradients come back through it",
        "with norm_position='pre' yours is right",
        ((_DDROPPED, "ddropped = dsummed\n    dsummed = dy\n"),),
    ),
    Mistake(
        "skip path through the pre-norm",
        "with pre-norm, the skip path's gradient is added before the norm's backward; it goes past "
        "the norm, only the sub-layer's goes through",
        "with norm_position='post' yours is right",
        (
            (_DX_INNER, _DX_INNER.replace("dinner, norm_cache", "dsummed + dinner, norm_cache")),
            (_DX, 'dx = dx_inner if norm_position == "pre" else dsummed + dx_inner\n'),
        ),
    ),
    Mistake(
        "pre and post exchanged in the backward",
        "the backward treats pre-norm as post-norm, and the other way round",
        "y is right, dx is that of the other norm_position",
        (
            (_DSUMMED, _DSUMMED.replace("post", "pre")),
            (_DX_INNER, _DX_INNER.replace("pre", "post")),
        ),
    ),
    Mistake(
        "dropout's backward skipped",
        "the gradient goes to the sub-layer without dropout's backward, also where its output was "
        "dropped",
        "without dropout yours is right",
        ((_DOUT, "dout = ddropped"),),
    ),
    Mistake(
        "dropout's backward on the skip path",
        "the skip path's gradient goes through dropout's backward, too; only the sub-layer's "
        "output was dropped",
        "without dropout yours is right",
        ((_DOUT, "dout = dsummed = dropout_backward(ddropped, dropout_cache)"),),
    ),
    Mistake(
        "dmemory lost",
        "a sub-layer with two inputs has two gradients: dmemory is not returned",
        "without a memory yours is right",
        ((_RETURN, "return dx"),),
    ),
    Mistake(
        "dx and dmemory exchanged",
        "dx and dmemory are returned in each other's place",
        "your dx is the correct dmemory, and the other way round",
        ((_RETURN, "return dx if dmemory is None else (dmemory, dx)"),),
    ),
    Mistake(
        "skip path added to dmemory",
        "the skip path's gradient is added to dmemory; the memory goes into the sub-layer only",
        "your dmemory is too large by the gradient of the sum",
        ((_RETURN, "return dx if dmemory is None else (dx, dsummed + dmemory)"),),
    ),
    Mistake(
        "dmemory through the norm",
        "with pre-norm, dmemory goes through the norm's backward; the norm has seen x only",
        "with norm_position='post' yours is right",
        (
            (
                _DX,
                "dx = dsummed + dx_inner\n"
                '    if dmemory is not None and norm_position == "pre":\n'
                "        dmemory = norm.backward(dmemory, norm_cache)\n",
            ),
        ),
    ),
)

MISTAKES = _FORWARD + _BACKWARD
