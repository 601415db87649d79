"""Ops with a mistake in them, to prove that the tests of tests/ops would see it."""
