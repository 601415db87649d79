"""`tinytf train gpt` from one end to the other: what it prints, and what it leaves behind."""

import re
import shlex
from pathlib import Path

import pytest

from .command import about, assert_done, log_of, run, train, words

LINE = re.compile(
    r"step +(\d+)/(\d+)  loss +([\d.]+)  (?:validation +([\d.]+)| {18})"
    r" +[\d,]+ tokens/s  (\d+):(\d\d) left"
)


def test_a_run_from_end_to_end(tmp_path: Path) -> None:
    done = train(tmp_path, "--out", "run", "--validate-every", "40", steps=80)
    assert_done(done)
    assert done.stdout.isascii()

    assert sorted(path.name for path in tmp_path.iterdir()) == ["run", "text.txt"]
    names = sorted(path.name for path in (tmp_path / "run").iterdir())
    assert names == ["checkpoint.npz", "log.jsonl"], f"expected these two files only, got {names}"

    lines = [LINE.fullmatch(line) for line in done.stdout.splitlines() if line.startswith("step")]
    assert all(lines), f"a line of progress has another form:\n{done.stdout}"
    steps = [int(line[1]) for line in lines if line]
    assert steps == sorted(set(steps)), f"expected each step once, in order: {steps}"
    assert (steps[0], steps[-1]) == (1, 80)
    validated = {int(line[1]) for line in lines if line and line[4]}
    assert validated == {40, 80}
    losses = [float(line[3]) for line in lines if line]
    assert losses[0] > 2.5, f"expected to start near the {re.findall('has loss.*', done.stdout)}"
    assert losses[-1] < losses[0] - 0.5, f"expected the loss to fall, got {losses}"

    assert "text       text.txt: " in done.stdout
    assert "a random guess has loss 2.9" in done.stdout  # ln(19 characters)
    samples = re.findall(r"----- sample (\d), after '.{8,10}' -----\n", done.stdout)
    assert samples == ["1", "2"]
    assert done.stdout.endswith('\nmore: tinytf generate run --prompt "..."\n')

    log = log_of(tmp_path / "run")
    assert [record["step"] for record in log] == list(range(1, 81))
    assert [record["step"] for record in log if record["validation_loss"]] == [40, 80]


def test_the_text_of_a_file_of_a_directory_and_of_a_pipe_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "only.md").write_text(words(), encoding="utf-8")
    (tmp_path / "folder" / "no.bin").write_bytes(b"\xff\x00")
    for out, source in (("a", "text.txt"), ("b", "folder"), ("c", "-")):
        done = train(tmp_path, "--text", source, "--out", out, steps=2, stdin=words())
        assert_done(done)
        shown = "standard input" if source == "-" else source
        assert f"text       {shown}: {len(words()):,} tokens" in done.stdout
    fingerprints = {about(tmp_path / out)["progress"]["fingerprint"] for out in "abc"}
    assert len(fingerprints) == 1


def test_the_same_seed_gives_the_same_run_and_another_seed_another(tmp_path: Path) -> None:
    outputs = []
    for out, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        done = train(tmp_path, "--out", out, "--seed", seed, "--dropout", "0.1", steps=5)
        outputs.append(re.sub(r" +[\d,]+ tokens/s.*|saved in .*|more: .*", "", done.stdout))
    assert outputs[0] == outputs[1]
    assert outputs[0] != outputs[2]


def test_without_out_runs_are_numbered_and_never_overwritten(tmp_path: Path) -> None:
    for expected in ("tinytf-gpt", "tinytf-gpt-2", "tinytf-gpt-3"):
        done = train(tmp_path, steps=1)
        assert_done(done)
        assert f"saved in {expected}\n" in done.stdout


def test_a_directory_that_is_there_and_holds_other_things_is_used(tmp_path: Path) -> None:
    (tmp_path / "mine" / "deep").mkdir(parents=True)
    (tmp_path / "mine" / "notes.txt").write_text("notes", encoding="utf-8")
    assert_done(train(tmp_path, "--out", "mine", steps=1))
    assert (tmp_path / "mine" / "notes.txt").read_text(encoding="utf-8") == "notes"
    assert (tmp_path / "mine" / "checkpoint.npz").exists()


def test_the_commands_it_proposes_can_be_copied(tmp_path: Path) -> None:
    done = train(tmp_path, "--out", "my book's run", steps=1)
    proposed = done.stdout.splitlines()[-1].removeprefix("more: ")
    assert shlex.split(proposed) == ["tinytf", "generate", "my book's run", "--prompt", "..."]


def test_directories_on_the_way_to_out_are_made(tmp_path: Path) -> None:
    assert_done(train(tmp_path, "--out", "a/b/c", steps=1))
    assert (tmp_path / "a" / "b" / "c" / "checkpoint.npz").exists()


def test_python_s_standard_library_is_the_default_text(tmp_path: Path) -> None:
    # One layer of size 8 and one step: the four million characters take most of the second.
    sizes = "--tokenizer char --d-model 8 --n-heads 1 --n-layers 1 --max-len 256 --batch-size 1"
    done = run("train", "gpt", *sizes.split(), "--steps", "1", cwd=tmp_path)
    assert_done(done)
    assert re.search(
        r"text +the standard library of this Python: [34],\d{3},\d{3} tok", done.stdout
    )


def test_the_shortest_text_and_the_smallest_model_there_is(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("ab" * 10, encoding="utf-8")
    smallest = "--max-len 1 --d-model 1 --n-heads 1 --d-ff 1 --batch-size 1"
    assert_done(train(tmp_path, *smallest.split(), steps=2))


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_any_text_on_any_console(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "text.txt").write_text(
        "\u017eluva\u010dk\u00fd k\u016f\u0148 \u20ac\n" * 40, "utf-8"
    )
    done = train(tmp_path, "--out", "run", steps=2, env={"PYTHONIOENCODING": encoding})
    assert_done(done)


def test_a_name_that_no_console_can_show(tmp_path: Path) -> None:
    name = "t\u00e9xt\udcff.txt"  # the byte 0xff, which is not UTF-8
    (tmp_path / name).write_text(words(), encoding="utf-8")
    done = train(tmp_path, "--text", name, "--out", "\u00e9\udcff", steps=1)
    assert_done(done)
    assert "text       t\\xe9xt\\udcff.txt: " in done.stdout
