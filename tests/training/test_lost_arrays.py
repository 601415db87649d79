"""A checkpoint that lost one of its arrays is broken, and says so.

One flipped bit in the archive's table of contents (the length of an entry's comment) makes zipfile
stop reading there, without an error: the arrays behind it are gone. Lost parameters are noticed by
`load_parameters`; lost moments would make a resumed run start from moments of 0.
"""

from pathlib import Path

import numpy as np
import pytest

from tests.training.test_checkpoint import NAME, archive_bytes, saved_bytes
from tinytf.training import checkpoint


@pytest.mark.parametrize("lost", ["optimizer/first_moment", "parameter/w"])
def test_a_lost_array(tmp_path: Path, lost: str) -> None:
    saved_bytes(checkpoint, tmp_path)
    with np.load(tmp_path / NAME) as archive:
        arrays = {name: archive[name] for name in archive.files if name != lost}
    (tmp_path / NAME).write_bytes(archive_bytes(**arrays))
    with pytest.raises(checkpoint.CheckpointError, match=lost):
        checkpoint.load_checkpoint(tmp_path)
