"""hw2, embedding: right in other words, and wrong in the classical ways."""

from tests.course.students.rows import right, wrong

EMBEDDING = """
def embedding_forward(ids, weight, padding_idx=None):
    return np.take(weight, ids, axis=0), (ids, weight.shape, padding_idx)

def embedding_backward(dy, cache):
    ids, shape, pad = cache
    grad = np.zeros(shape)
    np.add.at(grad, ids, dy)
    if pad is not None:
        grad[pad] = 0.0
    return grad
"""

EMBEDDING_ONE_HOT = """
def embedding_forward(ids, weight, padding_idx=None):
    onehot = np.eye(len(weight))[ids]
    return onehot @ weight, (onehot, padding_idx)

def embedding_backward(dy, cache):
    onehot, padding_idx = cache
    if padding_idx is not None:
        onehot = onehot.copy()
        onehot[..., padding_idx] = 0
    rows = onehot.reshape(-1, onehot.shape[-1])
    return rows.T @ dy.reshape(-1, dy.shape[-1])
"""

EMBEDDING_LOOP = """
def embedding_forward(ids, weight, padding_idx=None):
    return weight[ids], (ids, len(weight), padding_idx)

def embedding_backward(dy, cache):
    ids, n, pad = cache
    grad = np.zeros((n, dy.shape[-1]))
    for place in np.ndindex(ids.shape):
        if ids[place] != pad:
            grad[ids[place]] += dy[place]
    return grad
"""

RIGHT = right(
    ("embedding", "np.add.at", EMBEDDING),
    ("embedding", "as a matrix product", EMBEDDING_ONE_HOT),
    ("embedding", "a loop", EMBEDDING_LOOP),
)

WRONG = wrong(
    (
        "embedding",
        "+=",
        EMBEDDING,
        ("np.add.at(grad, ids, dy)", "grad[ids] += dy"),
        "only the last of duplicate ids",
    ),
    (
        "embedding",
        "=",
        EMBEDDING,
        ("np.add.at(grad, ids, dy)", "grad[ids] = dy"),
        "only the last of duplicate ids",
    ),
    (
        "embedding",
        "mean",
        EMBEDDING,
        ("    return grad\n", "    return grad / ids.size\n"),
        "divided by the number of ids",
    ),
    (
        "embedding",
        "average",
        EMBEDDING_ONE_HOT,
        (
            "return rows.T @ dy.reshape(-1, dy.shape[-1])",
            "return rows.T @ dy.reshape(-1, dy.shape[-1]) / np.maximum(rows.sum(0), 1)[:, None]",
        ),
        "duplicate ids averaged",
    ),
    (
        "embedding",
        "no padding",
        EMBEDDING,
        ("if pad is not None:", "if False:"),
        "padding row gets gradient",
    ),
    (
        "embedding",
        "if pad",
        EMBEDDING,
        ("if pad is not None:", "if pad:"),
        "padding 0 not seen",
    ),
    (
        "embedding",
        "from 1",
        EMBEDDING,
        ("np.take(weight, ids, axis=0)", "weight[ids.astype(int) - 1]"),
        "looks up id - 1",
    ),
    (
        "embedding",
        "zero padding",
        EMBEDDING_LOOP,
        (
            "return weight[ids], (",
            "return np.where((ids == padding_idx)[..., None], 0, weight[ids]), (",
        ),
        "padding looks like zeros",
    ),
)
