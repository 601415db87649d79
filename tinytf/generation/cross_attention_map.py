"""Which source tokens the decoder looked at while it wrote a target."""

from tinytf.models.encoder_decoder import EncoderDecoder
from tinytf.ops.arrays import Array


def cross_attention_patterns(
    model: EncoderDecoder, source: Array, target: Array, source_mask: Array | None = None
) -> list[Array]:
    """The pattern of every cross-attention.

    Args:
        model: the encoder-decoder.
        source: (B, S) integers.
        target: (B, T) integers, BOS in front, as the decoder read them: for a hypothesis,
            `[bos, *ids]`.
        source_mask: (B, 1, 1, S) booleans, True = may attend.

    Returns:
        For each layer the pattern, (B, H, T, S). Row t belongs to the step that read target[t] and
        wrote what follows it: the last row is EOS's, where the target is finished. Each row sums to
        1, and is 0 where the source is padded.

    Raises:
        TypeError: ids are not integers, or the mask is not boolean.
        ValueError: a shape does not fit, or an id is outside its vocabulary.
    """
    # What each forward keeps for its backward, from the model down to the op.
    _, (_, (_, layer_caches, _), _) = model.forward(source, target, source_mask)
    patterns = []
    for _, (_, (_, _, attention_cache, _), _), _ in layer_caches:
        _, _, _, pattern, _, _, _ = attention_cache  # (B, H, T, S)
        patterns.append(pattern)
    return patterns
