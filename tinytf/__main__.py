"""`python -m tinytf` is the command `tinytf`."""

from tinytf.cli.entry import run

if __name__ == "__main__":
    run()
