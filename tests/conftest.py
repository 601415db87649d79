"""Hypothesis draws the same examples in every run, so that a red test stays red."""

from hypothesis import settings

settings.register_profile("tests", derandomize=True, deadline=None, max_examples=25)
settings.load_profile("tests")
