"""The README's first command, word for word, in a copy of the project and with an empty home."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
def test_the_first_command_trains_and_writes_text_like_python(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (command,) = (line for line in readme.splitlines() if line.endswith("tinytf train gpt"))
    files = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    for file in files:
        target = tmp_path / "copy" / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, target)
    (tmp_path / "home").mkdir()

    done = subprocess.run(
        command,
        shell=True,
        cwd=tmp_path / "copy",
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        timeout=1200,
    )

    assert done.returncode == 0, done.stderr
    losses = [float(loss) for loss in re.findall(r"validation +([0-9.]+)", done.stdout)]
    assert losses == sorted(losses, reverse=True), f"expected falling losses, got {losses}"
    assert losses[-1] < 3.8, f"expected a validation loss below 3.8, got {losses}"
    samples = done.stdout.split("----- sample 1", 1)[1]
    words = {"def", "self", "return", "if", "the", "import", "class", "None", "for", "not"}
    found = words & set(re.findall(r"\w+", samples))
    assert len(found) >= 4, f"expected words that Python code is made of, got {found}"
