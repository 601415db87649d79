"""The benchmark against PyTorch; `python -m tests.benchmark --help`."""
