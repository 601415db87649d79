"""Weights stored by columns: the same model, another order in memory."""

import numpy as np
from hypothesis import given

from tests.generation.strategies import models_with_prompts
from tinytf.generation import store_by_columns
from tinytf.models.decoder import DecoderLM


@given(models_with_prompts())
def test_values_and_logits_stay_and_each_weight_lies_column_by_column(
    model_and_prompt: tuple[DecoderLM, list[int]],
) -> None:
    model, prompt = model_and_prompt
    ids = np.array([prompt[: model.config.max_len]])
    before = {name: p.value.copy() for name, p in model.parameters().items()}
    logits, _ = model.forward(ids)

    store_by_columns(model)

    for name, parameter in model.parameters().items():
        np.testing.assert_array_equal(parameter.value, before[name])
        if parameter.value.ndim == 2 and "embed" not in name:
            assert parameter.value.flags.f_contiguous, name
        else:
            assert parameter.value.flags.c_contiguous, name
    np.testing.assert_allclose(model.forward(ids)[0], logits, rtol=1e-12, atol=1e-12)
