"""Tests of tinytf.ops: one file for each file there, each test a claim about that op."""
