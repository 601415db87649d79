"""Published encoders and encoder-decoders: sizes, training and where it says so."""

from tinytf.key_variables import families
from tinytf.key_variables.families import Sizes
from tinytf.key_variables.known_model import NOT_PUBLISHED, KnownModel

_BERT = (
    "Devlin et al. 2018 (arXiv:1810.04805), section 3 and appendix A.2; "
    "V: config.json of the weights"
)
_BERT_TRAINING = ("256 sequences", "1,000,000 steps")
_SMALL_BERT = "Turc et al. 2019 (arXiv:1908.08962); list of smaller models of google-research/bert"
_ROBERTA = "Liu et al. 2019 (arXiv:1907.11692), table 9; V: config.json of the weights"
_TRANSFORMER = "Vaswani et al. 2017 (arXiv:1706.03762), table 3; V and training: section 5"
_TRANSFORMER_BATCH = "about 25,000 source and 25,000 target tokens"
_T5 = "Raffel et al. 2020 (arXiv:1910.10683), sections 3.1 and 3.7; V: config.json of the weights"
_T5_TRAINING = ("2,048 sequences of 512", "about 1T")
_BART = (
    "Lewis et al. 2020 (arXiv:1910.13461), sections 2 and 5; V, T, H, F: config.json of the weights"
)

ENCODERS = (
    KnownModel(
        "bert-base",
        families.bert(Sizes(30522, 768, 512, 12, 3072, 12)),
        *_BERT_TRAINING,
        _BERT,
        note="With pooler, without the heads of pre-training. The paper says 110M.",
        aliases=("bert", "bert-base-uncased"),
    ),
    KnownModel(
        "bert-base-cased",
        families.bert(Sizes(28996, 768, 512, 12, 3072, 12)),
        *_BERT_TRAINING,
        _BERT,
        note="With pooler, without the heads of pre-training.",
    ),
    KnownModel(
        "bert-large",
        families.bert(Sizes(30522, 1024, 512, 16, 4096, 24)),
        *_BERT_TRAINING,
        _BERT,
        note="With pooler, without the heads of pre-training. The paper says 340M.",
        aliases=("bert-large-uncased",),
    ),
    KnownModel(
        "bert-tiny",
        families.bert(Sizes(30522, 128, 512, 2, 512, 2)),
        NOT_PUBLISHED,
        NOT_PUBLISHED,
        _SMALL_BERT,
    ),
    KnownModel(
        "bert-small",
        families.bert(Sizes(30522, 512, 512, 8, 2048, 4)),
        NOT_PUBLISHED,
        NOT_PUBLISHED,
        _SMALL_BERT,
    ),
    KnownModel(
        "roberta-base",
        families.roberta(Sizes(50265, 768, 512, 12, 3072, 12)),
        "8K sequences",
        "500,000 steps",
        _ROBERTA,
        note="With pooler, without the head for masked tokens.",
        aliases=("roberta",),
    ),
    KnownModel(
        "roberta-large",
        families.roberta(Sizes(50265, 1024, 512, 16, 4096, 24)),
        "8K sequences",
        "500,000 steps",
        _ROBERTA,
        note="With pooler, without the head for masked tokens.",
    ),
    KnownModel(
        "distilbert",
        families.distilbert(Sizes(30522, 768, 512, 12, 3072, 6)),
        "up to 4K sequences",
        NOT_PUBLISHED,
        "Sanh et al. 2019 (arXiv:1910.01108), section 3; V: config.json of the weights",
        aliases=("distilbert-base-uncased",),
    ),
)

ENCODER_DECODERS = (
    KnownModel(
        "transformer-base",
        families.transformer(Sizes(37000, 512, None, 8, 2048, 6)),
        _TRANSFORMER_BATCH,
        "100,000 steps",
        _TRANSFORMER,
        note="The paper says 65M and a vocabulary of about 37,000; 37,000 is counted here.",
        aliases=("transformer",),
    ),
    KnownModel(
        "transformer-big",
        families.transformer(Sizes(37000, 1024, None, 16, 4096, 6)),
        _TRANSFORMER_BATCH,
        "300,000 steps",
        _TRANSFORMER,
        note="The paper says 213M and a vocabulary of about 37,000; 37,000 is counted here.",
    ),
    KnownModel(
        "marian-base",
        families.marian(Sizes(58101, 512, 512, 8, 2048, 6)),
        NOT_PUBLISHED,
        NOT_PUBLISHED,
        "config.json of Helsinki-NLP/opus-mt-en-de (Tiedemann, Thottingal 2020)",
        note="Sinusoidal positions are not learned, and not counted.",
        aliases=("opus-mt-en-de", "marian"),
    ),
    KnownModel(
        "t5-small",
        families.t5(Sizes(32128, 512, 512, 8, 2048, 6)),
        *_T5_TRAINING,
        _T5,
    ),
    KnownModel(
        "t5-base",
        families.t5(Sizes(32128, 768, 512, 12, 3072, 12)),
        *_T5_TRAINING,
        _T5,
        note="Where 222,882,048 is said, the table was cut to the tokenizer's 32,100 tokens.",
        aliases=("t5",),
    ),
    KnownModel(
        "t5-large",
        families.t5(Sizes(32128, 1024, 512, 16, 4096, 24)),
        *_T5_TRAINING,
        _T5,
    ),
    KnownModel(
        "t5-3b",
        families.t5(Sizes(32128, 1024, 512, 32, 16384, 24, d_head=128)),
        *_T5_TRAINING,
        _T5,
    ),
    KnownModel(
        "t5-11b",
        families.t5(Sizes(32128, 1024, 512, 128, 65536, 24, d_head=128)),
        *_T5_TRAINING,
        _T5,
    ),
    KnownModel(
        "t5-v1.1-base",
        families.t5(
            Sizes(32128, 768, 512, 12, 2048, 12),
            activation="gelu_tanh",
            gated=True,
            tie_embeddings=False,
        ),
        NOT_PUBLISHED,
        NOT_PUBLISHED,
        "config.json of google/t5-v1_1-base",
        aliases=("flan-t5-base",),
    ),
    KnownModel(
        "bart-base",
        families.bart(Sizes(50265, 768, 1024, 12, 3072, 6)),
        NOT_PUBLISHED,
        NOT_PUBLISHED,
        _BART,
        aliases=("bart",),
    ),
    KnownModel(
        "bart-large",
        families.bart(Sizes(50265, 1024, 1024, 16, 4096, 12)),
        "8,000 sequences",
        "500,000 steps",
        _BART,
    ),
)
