"""Mistakes in tinytf/training, a file for each file there."""
