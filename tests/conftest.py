"""Settings of every test run."""

import os

# The tests' matrices are tiny: a second BLAS thread only waits for the first, and on a busy
# machine it makes them ten times slower. NumPy reads this when it is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from hypothesis import settings

# The same examples in every run, so that a red test stays red.
settings.register_profile("tests", derandomize=True, deadline=None, max_examples=25)
settings.load_profile("tests")
