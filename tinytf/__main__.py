"""`python -m tinytf` is the command `tinytf`."""

from tinytf.cli.main import run

if __name__ == "__main__":
    run()
