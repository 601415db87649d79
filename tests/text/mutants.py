"""Deliberately wrong variants of a module: its real source with a line or two changed.

A test's check is worth something only if it fails on these.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import ModuleType


@dataclass(frozen=True)
class Mutant:
    """`edits`: pairs (text in the source, what it becomes); each must occur exactly once."""

    name: str
    edits: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return self.name.replace(" ", "-")

    def build(self, module: ModuleType) -> ModuleType:
        """A module made from the changed source; `module` itself stays as it is."""
        assert module.__file__ is not None
        source = Path(module.__file__).read_text(encoding="utf-8")
        for old, new in self.edits:
            count = source.count(old)
            assert count == 1, (
                f"mutant {self.name!r}: {old!r} is {count} times in {module.__name__}, expected "
                f"once; the module was rewritten, so rewrite the mutant"
            )
            source = source.replace(old, new)
        mutant = ModuleType(f"mutant_of_{module.__name__}")
        exec(compile(source, f"<mutant: {self.name}>", "exec"), mutant.__dict__)
        return mutant
