"""The API reference, made from the docstrings: `python -m docs` writes it to build/reference."""
