"""Greedy and beam search find what `generate` of Hugging Face transformers finds with Marian."""

import numpy as np
import pytest

from tests.fixtures.hugging_face import read_fixture
from tests.generation.marian import marian
from tinytf.generation import Search, beam_search, greedy_search
from tinytf.ops.masks import padding_mask

PAD, EOS = 69, 0  # Marian's targets begin with the padding token

# As in meta.json of the fixture: bad_words_ids is suppress here.
SEARCHES = {
    "greedy": Search(PAD, EOS, max_new_tokens=12),
    "greedy_nopad": Search(PAD, EOS, max_new_tokens=12, suppress=(PAD,)),
    "beam4": Search(PAD, EOS, beam_size=4, max_new_tokens=12, suppress=(PAD,)),
    "beam4_all": Search(
        PAD, EOS, beam_size=4, max_new_tokens=8, suppress=(PAD,), early_stopping=True
    ),
}


@pytest.mark.parametrize("name", SEARCHES)
def test_sequences_and_scores(name: str) -> None:
    fixture, search = read_fixture("marian"), SEARCHES[name]
    prefix = f"gen_{name}/"
    expected = {
        key.removeprefix(prefix): array
        for key, array in fixture.expected.items()
        if key.startswith(prefix)
    }
    source = expected["input_ids"]
    mask = padding_mask(expected["attention_mask"].sum(axis=1), source.shape[1])
    model = marian(fixture)
    if name.startswith("greedy"):
        found = [[hypothesis] for hypothesis in greedy_search(model, source, mask, search)]
    else:
        found = beam_search(model, source, mask, search)

    n_best = len(expected["sequences"]) // len(source)  # hypotheses a sentence, one below another
    came = [hypothesis for hypotheses in found for hypothesis in hypotheses[:n_best]]
    n_columns = expected["sequences"].shape[1]
    sequences = np.full((len(came), n_columns), PAD)
    for row, hypothesis in enumerate(came):
        tokens = [PAD, *hypothesis.ids, *([EOS] if hypothesis.finished else [])]
        sequences[row, : len(tokens)] = tokens
    np.testing.assert_array_equal(sequences, expected["sequences"])
    if "sequences_scores" in expected:
        # The library computed them in float32.
        np.testing.assert_allclose(
            [hypothesis.score for hypothesis in came],
            expected["sequences_scores"],
            rtol=0,
            atol=1e-6,
        )
