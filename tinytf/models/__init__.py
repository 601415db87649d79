"""Models: stacks of layers with a head."""

from tinytf.models.bert import BertPretraining
from tinytf.models.bert_fine_tuning import (
    BertAnswerer,
    BertClassifier,
    BertRegressor,
    BertTagger,
    start_from_pretrained,
)
from tinytf.models.decoder import Decoder, DecoderLM
from tinytf.models.encoder import Encoder
from tinytf.models.encoder_decoder import EncoderDecoder
from tinytf.models.presets import PRESETS

__all__ = [
    "PRESETS",
    "BertAnswerer",
    "BertClassifier",
    "BertPretraining",
    "BertRegressor",
    "BertTagger",
    "Decoder",
    "DecoderLM",
    "Encoder",
    "EncoderDecoder",
    "start_from_pretrained",
]
