"""Small texts, labelled data and models for the tests of BERT's commands."""

import contextlib
import io
import json
import random
import subprocess
from pathlib import Path
from typing import Any

import numpy as np

from tinytf.cli.main import main

from .command import run

SOUNDS = {"cat": "meow", "dog": "woof", "cow": "moo"}
PLACES = ("house", "town", "barn")
SIZES = "--d-model 32 --n-heads 2 --n-layers 1 --max-len 24 --batch-size 16 --vocab-size 80"
QUICK = f"{SIZES} --validate-every 10 --checkpoint-every 10"


def sentence(rng: random.Random) -> str:
    """One of a few: which sound depends on the animal."""
    animal = rng.choice(list(SOUNDS))
    return f"the {animal} in the {rng.choice(PLACES)} says {SOUNDS[animal]}."


def documents(n_documents: int = 40, seed: int = 0) -> str:
    """A blank line between documents of four sentences."""
    rng = random.Random(seed)
    return "\n\n".join(
        "\n".join(sentence(rng) for _ in range(4)) for _ in range(n_documents)
    ) + "\n"  # fmt: skip


def train_bert(
    cwd: Path, *given: str | Path, steps: int = 20, by: Any = run, **options: Any
) -> Any:
    """Train a tiny BERT on cwd's text.txt, which is written where it is missing.

    `by`: `run`, or `here` where it ends with an error before it trains.
    """
    if not (cwd / "text.txt").exists():
        (cwd / "text.txt").write_text(documents(), encoding="utf-8")
    text = () if "--text" in given else ("--text", "text.txt")
    start = ["train", "bert", *QUICK.split(), "--steps", str(steps), *text]
    return by(*start, *given, cwd=cwd, **options)


def write_tasks(cwd: Path, n_items: int = 80) -> None:
    """A file of labelled data for each head: c.tsv, p.tsv, s.tsv, t.conll and q.json."""
    rng = random.Random(1)
    single, pairs, scored, tagged, paragraphs = [], [], [], [], []
    for i in range(n_items):
        animal, other, place = rng.choice(list(SOUNDS)), rng.choice(list(SOUNDS)), PLACES[i % 3]
        text = f"the {animal} in the {place} {i}"
        single.append(f"{text}\t{animal}s")
        same = "same" if animal == other else "other"
        pairs.append(f"{text}\tit says {SOUNDS[other]}\t{same}")
        scored.append(f"{text}\t{100 * len(animal) + PLACES.index(place)}")
        tagged.append(f"the O\n{animal} B-ANIMAL\nin O\nthe B-PLACE\n{place} I-PLACE\n{i} O\n")
        question = {"id": str(i), "question": "where?"}
        answer = {"text": place, "answer_start": text.index(place)}
        paragraphs.append({"context": text, "qas": [{**question, "answers": [answer]}]})
    for name, lines in (("c.tsv", single), ("p.tsv", pairs), ("s.tsv", scored)):
        (cwd / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    (cwd / "t.conll").write_text("\n".join(tagged), encoding="utf-8")
    (cwd / "q.json").write_text(json.dumps({"data": [{"paragraphs": paragraphs}]}), "utf-8")


# command -> its data, and what it says at the end
TASKS = {
    "classify": ("--data c.tsv", "macro F1"),
    "pair": ("--data p.tsv", "macro F1"),
    "classify --regression": ("--data s.tsv", "Spearman"),
    "tag": ("--data t.conll", "entities: F1"),
    "answer": ("--data q.json", "exact match"),
}


def finetune(cwd: Path, head: str, *given: str | Path, steps: int = 4, by: Any = run) -> Any:
    """Fine-tune cwd's `bert` on the data of the head, unless other data is given."""
    data = () if "--data" in given or "--resume" in given else TASKS[head][0].split()
    directory = () if "--resume" in given else ("bert",)
    often = () if "--resume" in given else ("--validate-every", "2", "--checkpoint-every", "2")
    command, *switches = head.split()
    start = ["finetune", command, *directory, *switches, *data, *often, "--steps", str(steps)]
    return by(*start, *given, cwd=cwd)


def here(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """As `run`, but in this process: for long tables of wrong input, a hundred times faster."""
    given = list(map(str, arguments))
    output, errors = io.StringIO(), io.StringIO()
    with (
        contextlib.chdir(cwd),
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(errors),
    ):
        try:
            code = main(given)
        except SystemExit as end:  # argparse's way to say that an option is wrong
            code = int(str(end.code))
    said = output.getvalue(), errors.getvalue()
    return subprocess.CompletedProcess(["python", "-m", "tinytf", *given], code, *said)


def files_of(directory: Path) -> dict[str, bytes]:
    """Name -> content of every file in it."""
    return {path.name: path.read_bytes() for path in sorted(directory.iterdir())}


def ruin(directory: Path, file_name: str = "best.npz") -> None:
    """Make every parameter of a saved model not a number."""
    path = directory / file_name
    with np.load(path, allow_pickle=False) as archive:
        saved = {name: archive[name] for name in archive.files}
    for value in saved.values():
        if value.dtype.kind == "f":
            value[...] = np.nan
    np.savez(path, **saved)
