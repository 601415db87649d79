"""Tests of the training: optimisers, schedules, windows, the loop, checkpoints."""
