"""Tests of the layers: tests/layers/test_linear.py is about tinytf/layers/linear.py."""
