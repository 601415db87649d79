"""Where the command `tinytf` starts: its imports take a while, and Ctrl-C may come meanwhile."""

import os
import sys


def run() -> None:
    """Entry point of the installed command and of `python -m tinytf`."""
    try:
        from tinytf.cli.main import main
    except KeyboardInterrupt:
        print("\ntinytf: interrupted", file=sys.stderr, flush=True)
        # sys.exit would not do: where Ctrl-C came in the midst of an exec(), as dataclasses make
        # them, Python ends by the signal whatever the exit code is. Nothing is open yet.
        os._exit(130)
    sys.exit(main())
