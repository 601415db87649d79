"""Known mistakes in the exercise "dropout".

The numbers in the evidence are those that the driver derives, since every student may draw a mask
of their own: see `tinytf.course.drivers_layers.dropout`.
"""

from tinytf.course.exercise import Mistake

_SCALE = "np.asarray(1 / (1 - p), x.real.dtype)"
_DX = "else dy * keep_scale"
_KEEP = "rng.random(x.shape, dtype=np.float32) >= p"
_EVALUATION = "if not training or p == 0:"
_UNCHANGED = "return x, None"
_CHECK = "if not isinstance(rng, np.random.Generator):"

_SAME_SCALE = "scale of the kept values is 1 / (1 - p), so that the mean of y over the draws is x"

MISTAKES = (
    Mistake(
        "scaled by 1 / p",
        f"kept values are scaled by 1 / p; the {_SAME_SCALE}",
        "y / x is 1 / p where a value was kept; at p = 0.5 nobody sees it",
        ((_SCALE, "np.asarray(1 / p, x.real.dtype)"),),
    ),
    Mistake(
        "scaled by p",
        f"kept values are multiplied by p; the {_SAME_SCALE}",
        "y / x is p where a value was kept",
        ((_SCALE, "np.asarray(p, x.real.dtype)"),),
    ),
    Mistake(
        "scaled by 1 - p",
        f"kept values are multiplied by 1 - p, not divided by it; the {_SAME_SCALE}",
        "y / x is 1 - p where a value was kept",
        ((_SCALE, "np.asarray(1 - p, x.real.dtype)"),),
    ),
    Mistake(
        "not scaled",
        f"kept values are not scaled; the {_SAME_SCALE}",
        "y / x is 1 where a value was kept",
        ((_SCALE, "np.asarray(1.0, x.real.dtype)"),),
    ),
    Mistake(
        "scaled at evaluation",
        "kept values are not scaled in training, and y is x times 1 - p at evaluation: that is how "
        "the paper does it; here all the scaling is in training, by 1 / (1 - p)",
        "y / x is 1 in training and 1 - p at evaluation",
        (
            (_SCALE, "np.asarray(1.0, x.real.dtype)"),
            (_UNCHANGED, "return (x if training else x * (1 - p)), None"),
        ),
    ),
    Mistake(
        "scaled at evaluation too",
        "at evaluation y is x times 1 - p; training has scaled by 1 / (1 - p) already, so that "
        "evaluation leaves x as it is",
        "y / x is right in training and 1 - p at evaluation",
        ((_UNCHANGED, "return (x if training else x * (1 - p)), None"),),
    ),
    Mistake(
        "dropped with probability 1 - p",
        "p is taken for the probability of keeping a value; it is that of dropping it",
        "the share of zeros in y is 1 - p",
        ((_KEEP, "rng.random(x.shape, dtype=np.float32) < p"),),
    ),
    Mistake(
        "drops at evaluation",
        "values are dropped at evaluation, too; with training=False y is x",
        "with training=False some of y is 0",
        ((_EVALUATION, "if p == 0:"), (_CHECK, "if False:")),
    ),
    Mistake(
        "one draw for each row",
        "one number is drawn for each row, so that all its features are dropped together; every "
        "value is dropped by itself",
        "in each row of the last axis y is 0 everywhere or nowhere",
        (("rng.random(x.shape, dtype", "rng.random((*x.shape[:-1], 1), dtype"),),
    ),
    Mistake(
        "one draw for each feature",
        "one number is drawn for each feature and shared by all rows; every value is dropped by "
        "itself",
        "all rows of y have their zeros at the same features",
        (("rng.random(x.shape, dtype", "rng.random(x.shape[-1:], dtype"),),
    ),
    Mistake(
        "rng not used",
        "the mask is not drawn from the generator `rng` that was passed, so that a run cannot be "
        "repeated",
        "two generators with the same seed give two different masks",
        (("rng.random(x.shape", "np.random.default_rng().random(x.shape"),),
    ),
    Mistake(
        "a generator made anew",
        "the forward makes a generator of its own with a fixed seed, so that every call drops the "
        "same values",
        "two calls, one after the other, have the same mask",
        (("rng.random(x.shape", "np.random.default_rng(0).random(x.shape"),),
    ),
    Mistake(
        "mask ignored in the backward",
        "the backward returns dy as it is: mask and scale are missing",
        "dx / dy is 1 everywhere, also where y was dropped",
        ((_DX, "else dy"),),
    ),
    Mistake(
        "a fresh mask in the backward",
        "the backward draws a mask of its own; it must use the one that the forward drew",
        "dx is 0 at places where y is not, and the other way round",
        (
            (
                _DX,
                "else dy * np.random.default_rng(0).permutation(keep_scale.reshape(-1))"
                ".reshape(dy.shape)",
            ),
        ),
    ),
    Mistake(
        "no scale in the backward",
        "the backward uses the mask without the scale; the forward multiplied by 1 / (1 - p), and "
        "so does the backward",
        "dx / dy is 1 where a value was kept",
        ((_DX, "else dy * (keep_scale > 0)"),),
    ),
    Mistake(
        "scaled twice in the backward",
        "the backward scales by 1 / (1 - p) twice; the mask in the cache has the scale in it",
        "dx / dy is 1 / (1 - p)^2 where a value was kept",
        ((_DX, "else dy * keep_scale * keep_scale"),),
    ),
    Mistake(
        "gradient where values were dropped",
        "the backward has the mask turned round: the gradient goes through where values were "
        "dropped",
        "dx is 0 where a value was kept",
        ((_DX, "else dy * (keep_scale.max() - keep_scale)"),),
    ),
)
