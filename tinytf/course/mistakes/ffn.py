"""Known mistakes in the exercise "ffn"."""

from tinytf.course.exercise import Mistake

_RETURN = "return dx, dw_in, db_in, dw_out, db_out\n"
_FIRST = "pre, pre_cache = linear_forward(x, w_in, b_in)"
_SECOND = "out, out_cache = linear_forward(post, w_out, b_out)"
_LAST = "dx, dw_in, db_in = linear_backward(dpre, pre_cache)"
_DRELU = "dpre = relu_backward(dpost, post_cache)"
_DSILU = "dpre = silu_backward(dpost, post_cache)"
_DGELU = "dpre = gelu_backward(dpost, post_cache)"
_IS_RELU = 'if activation == "relu":\n        post'
_IS_RELU_BACK = 'if activation == "relu":\n        dpre'
_GELU = 'gelu_forward(pre, "none")'
_GELU_TANH = 'gelu_forward(pre, "tanh")'

MISTAKES = (
    Mistake(
        "activation's backward skipped",
        "the gradient goes from the second linear layer straight to the first: the activation's "
        "backward between them is missing",
        "dw_out and db_out are right; your dw_in, db_in and dx use dpost for dpre",
        ((_LAST, "dx, dw_in, db_in = linear_backward(dpost, pre_cache)"),),
    ),
    Mistake(
        "derivative at post",
        "the activation's derivative is taken at post, its output; it belongs at pre, its input",
        "for relu yours is right, since post > 0 where pre > 0; for the others it is what post "
        "gives",
        (
            (_DSILU, "dpre = silu_backward(dpost, silu_forward(out_cache[0])[1])"),
            (_DGELU, "dpre = gelu_backward(dpost, gelu_forward(out_cache[0], post_cache[2])[1])"),
        ),
    ),
    Mistake(
        "ReLU's gradient decided by dpost",
        "with relu, the gradient goes through where dpost is positive; it is pre that decides",
        "for the other activations yours is right",
        ((_DRELU, "dpre = relu_backward(dpost, dpost > 0)"),),
    ),
    Mistake(
        "db_in and db_out exchanged",
        "the gradients of the two biases are returned in each other's place",
        "your db_in is the correct db_out, and the other way round",
        ((_RETURN, "return dx, dw_in, db_out, dw_out, db_in\n"),),
    ),
    Mistake(
        "dw_in and dw_out exchanged",
        "the gradients of the two weights are returned in each other's place",
        "your dw_in is the correct dw_out, and the other way round",
        ((_RETURN, "return dx, dw_out, db_in, dw_in, db_out\n"),),
    ),
    Mistake(
        "dw_out from pre",
        "dw_out is computed from pre; what the second layer multiplied is post, after the "
        "activation",
        "your dw_out is pre.T @ dout",
        ((_SECOND, f"{_SECOND}\n    out_cache = (pre, *out_cache[1:])"),),
    ),
    Mistake(
        "skip path added to dx",
        "dx has dout added; a skip path belongs to the residual connection around the network, not "
        "to the network itself",
        "your dx is dout too large",
        ((_RETURN, "return dx + dout, dw_in, db_in, dw_out, db_out\n"),),
    ),
    Mistake(
        "dw_in and db_in before the activation",
        "dw_in and db_in use dpost; they belong to the first layer, whose output is pre, so they "
        "use dpre",
        "your dx is right; dw_in and db_in are what dpost gives",
        ((_LAST, f"{_LAST}\n    _, dw_in, db_in = linear_backward(dpost, pre_cache)"),),
    ),
    Mistake(
        "b_in forgotten",
        "b_in is not added before the activation",
        "your out is right for b_in = 0",
        ((_FIRST, "pre, pre_cache = linear_forward(x, w_in, None if b_in is None else 0 * b_in)"),),
    ),
    Mistake(
        "b_out forgotten",
        "b_out is not added at the end",
        "your out lacks exactly b_out",
        (
            (
                _SECOND,
                "no_bias = None if b_out is None else 0 * b_out\n"
                "    out, out_cache = linear_forward(post, w_out, no_bias)",
            ),
        ),
    ),
    Mistake(
        "biases exchanged",
        "b_in and b_out stand in each other's place: b_in (F,) belongs to the first layer, b_out "
        "(D,) to the second",
        "the shapes fit only where F = D",
        (
            (_FIRST, "pre, pre_cache = linear_forward(x, w_in, b_out)"),
            (_SECOND, "out, out_cache = linear_forward(post, w_out, b_in)"),
        ),
    ),
    Mistake(
        "no activation",
        "there is no activation between the two layers, so that they are no more than one",
        "your out is (x @ w_in + b_in) @ w_out + b_out",
        ((_SECOND, "out, out_cache = linear_forward(pre, w_out, b_out)"),),
    ),
    Mistake(
        "activation at the end too",
        "the activation is applied to out as well; it stands only between the two layers",
        "your out has no negative numbers for relu",
        (
            (
                _SECOND,
                f"{_SECOND}\n"
                '    if activation == "relu":\n'
                "        out = relu_forward(out)[0]\n"
                '    elif activation == "silu":\n'
                "        out = silu_forward(out)[0]\n"
                "    else:\n"
                '        out = gelu_forward(out, "tanh" if "_" in activation else "none")[0]',
            ),
        ),
    ),
    Mistake(
        "always ReLU",
        "the option `activation` is not looked at: ReLU is used whatever it says",
        "for relu yours is right",
        (
            (_IS_RELU, "if activation:\n        post"),
            (_IS_RELU_BACK, "if activation:\n        dpre"),
        ),
    ),
    Mistake(
        "tanh form for the exact one",
        "for activation='gelu' the tanh form is computed; that is what 'gelu_tanh' asks for",
        "for the other activations yours is right",
        ((_GELU, _GELU_TANH),),
    ),
    Mistake(
        "exact form for the tanh one",
        "for activation='gelu_tanh' the exact form is computed; that is what 'gelu' asks for",
        "for the other activations yours is right",
        ((_GELU_TANH, _GELU),),
    ),
)
