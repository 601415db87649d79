"""The command line: `tinytf train gpt`, `tinytf generate`, `tinytf check`."""
