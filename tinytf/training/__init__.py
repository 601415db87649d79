"""Training: optimisers on one flat parameter vector, schedules, the loop, checkpoints."""

from tinytf.training.checkpoint import (
    BEST,
    LAST,
    Checkpoint,
    CheckpointError,
    load_checkpoint,
    load_model,
    load_parameters,
    model_of,
    save_checkpoint,
)
from tinytf.training.fine_tuning import FineTuningTask, LabelledInput
from tinytf.training.fine_tuning_answers import PredictedAnswer, answer, answer_examples
from tinytf.training.fine_tuning_tags import tag, tag_examples, tag_probabilities
from tinytf.training.fine_tuning_texts import classify, predict_numbers, text_example
from tinytf.training.masked_language_model import MaskedLanguageTask, mask_tokens
from tinytf.training.memory import reuse_freed_memory
from tinytf.training.model_kinds import KINDS, ModelKind
from tinytf.training.next_sentence import SentencePairs
from tinytf.training.next_token import NextTokenTask, TokenBatch
from tinytf.training.optimizers import SGD, Adam, AdamW, Optimizer, clip_gradient_norm
from tinytf.training.schedules import Constant, Noam, Schedule, WarmupCosine
from tinytf.training.trainer import Batch, StepRecord, Task, Trainer, TrainingDivergedError
from tinytf.training.translation import IdPair, SpecialIds, TranslationTask
from tinytf.training.windows import TokenWindows

__all__ = [
    "BEST",
    "KINDS",
    "LAST",
    "SGD",
    "Adam",
    "AdamW",
    "Batch",
    "Checkpoint",
    "CheckpointError",
    "Constant",
    "FineTuningTask",
    "IdPair",
    "LabelledInput",
    "MaskedLanguageTask",
    "ModelKind",
    "NextTokenTask",
    "Noam",
    "Optimizer",
    "PredictedAnswer",
    "Schedule",
    "SentencePairs",
    "SpecialIds",
    "StepRecord",
    "Task",
    "TokenBatch",
    "TokenWindows",
    "Trainer",
    "TrainingDivergedError",
    "TranslationTask",
    "WarmupCosine",
    "answer",
    "answer_examples",
    "classify",
    "clip_gradient_norm",
    "load_checkpoint",
    "load_model",
    "load_parameters",
    "mask_tokens",
    "model_of",
    "predict_numbers",
    "reuse_freed_memory",
    "save_checkpoint",
    "tag",
    "tag_examples",
    "tag_probabilities",
    "text_example",
]
