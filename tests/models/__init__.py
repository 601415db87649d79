"""Tests of the models: stacks with a head."""
