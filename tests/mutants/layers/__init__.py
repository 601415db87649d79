"""Mistakes in tinytf/layers, a file for each file there."""
