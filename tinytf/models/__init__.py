"""Models: stacks of layers with a head."""

from tinytf.models.decoder import Decoder, DecoderLM
from tinytf.models.encoder import Encoder
from tinytf.models.encoder_decoder import EncoderDecoder
from tinytf.models.presets import PRESETS

__all__ = ["PRESETS", "Decoder", "DecoderLM", "Encoder", "EncoderDecoder"]
