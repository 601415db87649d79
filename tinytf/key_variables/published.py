"""The table of published models, and how a name is found in it."""

from difflib import get_close_matches

from tinytf.key_variables.known_model import NOT_PUBLISHED, ClosedModel, KnownModel
from tinytf.key_variables.published_decoders import DECODERS
from tinytf.key_variables.published_encoders import ENCODER_DECODERS, ENCODERS

__all__ = [
    "CLOSED",
    "NOT_PUBLISHED",
    "PUBLISHED",
    "ClosedModel",
    "KnownModel",
    "close_names",
    "find_model",
]

PUBLISHED: tuple[KnownModel, ...] = (*ENCODER_DECODERS, *ENCODERS, *DECODERS)

# Only what the makers themselves have said; guesses of others are no source.
CLOSED = (
    ClosedModel(
        "chatgpt",
        "fine-tuned from a model in the GPT-3.5 series",
        "100,277 (cl100k_base)",
        "4,096 (gpt-3.5-turbo)",
        "OpenAI's announcement (30 November 2022) and list of models (2023); V: OpenAI's tiktoken",
        aliases=("gpt-3.5", "gpt-3.5-turbo"),
    ),
    ClosedModel(
        "gpt-4",
        "a Transformer-style model pre-trained to predict the next token",
        "100,277 (cl100k_base)",
        "8,192; 32,768 (gpt-4-32k)",
        "OpenAI 2023 (arXiv:2303.08774), section 2: no details of architecture or size; "
        "T: OpenAI's announcement (14 March 2023); V: OpenAI's tiktoken",
        aliases=("gpt4",),
    ),
    ClosedModel(
        "claude",
        "a family of language models",
        "65,000 (up to Claude 2.1)",
        "100,000 (Claude 2); 200,000 (Claude 2.1)",
        "Anthropic's announcements (2023); V: the tokenizer in Anthropic's Python package (0.8.0)",
    ),
    ClosedModel(
        "bard",
        "a lightweight version of LaMDA, from May 2023 on PaLM 2, later Gemini Pro",
        NOT_PUBLISHED,
        NOT_PUBLISHED,
        "Google's announcements (2023); the report on PaLM 2 (arXiv:2305.10403) gives no sizes",
    ),
)


def find_model(name: str) -> KnownModel | ClosedModel | None:
    """The model of this name, or None. Case, and _ or blank for -, do not matter."""
    return _BY_NAME.get(_plain(name))


def close_names(name: str) -> list[str]:
    """Names of the table that this one may have been meant to be, the most alike first."""
    return get_close_matches(_plain(name), list(_BY_NAME), n=3)


def _plain(name: str) -> str:
    return name.strip().lower().replace("_", "-").replace(" ", "-")


_ALL: list[KnownModel | ClosedModel] = [*PUBLISHED, *CLOSED]
_BY_NAME = {name: model for model in _ALL for name in (model.name, *model.aliases)}
