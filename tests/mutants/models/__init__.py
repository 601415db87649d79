"""Mistakes in tinytf/models, a file for each file there."""
