"""`tinytf train translator` from one end to the other: data, results, going on, wrong data."""

import contextlib
import gettext
import io
import random
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.data.mo_files import catalogue
from tinytf.cli.translator_data import HELD_OUT, MOST_HELD_OUT, TranslatorData, hold_out
from tinytf.cli.translator_report import print_results
from tinytf.data import SentencePair

from .command import about, arrays, assert_done, assert_one_clear_line, log_of, run

SIZES = "--d-model 16 --n-heads 2 --n-layers 1 --max-len 12 --max-tokens 100 --tokenizer word"
QUICK = f"{SIZES} --vocab-size 40 --validate-every 10 --checkpoint-every 10"
LETTERS = "abcdef"


def pairs(n_pairs: int = 60, seed: int = 0) -> list[tuple[str, str]]:
    """Small letters, and as their translation the large ones."""
    rng = random.Random(seed)
    lines = [" ".join(rng.choices(LETTERS, k=rng.randint(1, 4))) for _ in range(n_pairs)]
    return [(line, line.upper()) for line in lines]


def write(cwd: Path) -> None:
    """The same pairs in each form: pairs.tsv, a.en and a.de; and six others in v.tsv."""
    both = pairs()
    tsv = "".join(f"{source}\t{target}\n" for source, target in both)
    (cwd / "pairs.tsv").write_text(tsv, encoding="utf-8")
    (cwd / "a.en").write_text("".join(f"{source}\n" for source, _ in both), encoding="utf-8")
    (cwd / "a.de").write_text("".join(f"{target}\n" for _, target in both), encoding="utf-8")
    more = "".join(f"{s}\t{t}\n" for s, t in pairs(6, seed=1))
    (cwd / "v.tsv").write_text(more, encoding="utf-8")


def train(cwd: Path, *given: str, steps: int = 20, quick: str = QUICK, **options: Any) -> Any:
    if not (cwd / "pairs.tsv").exists():
        write(cwd)
    start = ["train", "translator", *quick.split(), "--steps", str(steps)]
    return run(*start, *given, cwd=cwd, **options)


def parameters(directory: Path) -> dict[str, Any]:
    return {name: a for name, a in arrays(directory).items() if name.startswith("parameter/")}


def assert_same(one: Path, other: Path) -> None:
    for name, array in arrays(one).items():
        np.testing.assert_array_equal(array, arrays(other)[name], err_msg=name)


def test_a_run_from_end_to_end(tmp_path: Path) -> None:
    done = train(tmp_path, "--pairs", "pairs.tsv", "--out", "run", steps=40)
    assert_done(done)
    assert done.stdout.startswith(
        "data       pairs.tsv: 60 pairs, 2 of them held out for validation\n"
    ), done.stdout
    assert "tokenizer  word, 29 different tokens for both sides\n" in done.stdout
    assert re.search(r"training   40 steps of at most 100 tokens on each side: \d+\.\d epochs of ",
                     done.stdout)  # fmt: skip
    names = sorted(path.name for path in (tmp_path / "run").iterdir())
    assert names == ["best.npz", "checkpoint.npz", "log.jsonl"]
    log = log_of(tmp_path / "run")
    assert [record["step"] for record in log if record["validation_loss"]] == [10, 20, 30, 40]
    assert re.search(r"\d of 2 held-out sentences exactly right \(\d+\.\d %\), beam 4\n",
                     done.stdout)  # fmt: skip
    assert done.stdout.count("  source     ") == 2
    assert done.stdout.endswith('\nmore: tinytf translate run "..."\n')
    # A step of the best model is one whose validation loss is the lowest of all.
    losses = {r["step"]: r["validation_loss"] for r in log if r["validation_loss"]}
    best = min(losses, key=losses.__getitem__)
    assert f"best model: validation_loss {losses[best]:.4g}, after step {best}\n" in done.stdout


def test_every_form_of_data_trains_the_same_model(tmp_path: Path) -> None:
    given = {
        "tsv": "--pairs pairs.tsv --validation-pairs v.tsv",
        "files": "--source a.en --target a.de --validation-pairs v.tsv",
    }
    for name, options in given.items():
        assert_done(train(tmp_path, *options.split(), "--out", name))
    assert_same(tmp_path / "tsv", tmp_path / "files")


def test_gettext_catalogues(tmp_path: Path) -> None:
    path = tmp_path / "de" / "LC_MESSAGES" / "tool.mo"
    path.parent.mkdir(parents=True)
    path.write_bytes(catalogue(*pairs()))
    done = train(tmp_path, "--gettext", ".", "--out", "run")
    assert_done(done)
    assert "data       1 gettext catalogue below .: " in done.stdout
    with open(path, "rb") as file:
        source = pairs()[0][0]
        assert gettext.GNUTranslations(file).gettext(source) == source.upper()
    broken = path.with_name("broken.mo")
    broken.write_bytes(path.read_bytes()[:100])
    done = train(tmp_path, "--gettext", ".", "--out", "again", steps=1)
    assert_done(done)
    where = Path(*broken.parts[-3:])
    start = f"data       1 gettext catalogue below . (1 cannot be read, the first {where}: "
    assert done.stdout.startswith(start), done.stdout


def test_it_learns(tmp_path: Path) -> None:
    """Letters to capital letters, each in its place: all held-out sentences right."""
    given = "--pairs pairs.tsv --learning-rate 0.01 --schedule constant --label-smoothing 0"
    done = train(tmp_path, *given.split(), "--out", "run", "--d-model", "32", steps=250)
    assert_done(done)
    assert "2 of 2 held-out sentences exactly right (100.0 %), beam 4" in done.stdout, done.stdout
    assert "BLEU" in done.stdout


@pytest.mark.parametrize("share", ["--share-vocabulary", "--no-share-vocabulary"])
def test_one_vocabulary_or_two(tmp_path: Path, share: str) -> None:
    assert_done(train(tmp_path, "--pairs", "pairs.tsv", "--out", "run", share))
    saved = about(tmp_path / "run")
    names = set(parameters(tmp_path / "run"))
    both = "parameter/decoder.embed.tok.weight" in names
    assert both == (saved["source_tokenizer"] is not None) == (share != "--share-vocabulary")
    assert saved["config"]["source_vocab_size"] == (17 if both else None)
    done = run("translate", "run", "a b", cwd=tmp_path)
    assert_done(done)


def test_a_resumed_run_is_the_run_without_a_stop(tmp_path: Path) -> None:
    """Stopped in the middle of an epoch: the rest of its batches follow."""
    given = "--pairs pairs.tsv --dropout 0.2 --schedule constant --max-tokens 30"
    assert_done(train(tmp_path, *given.split(), "--out", "whole", steps=26))
    assert_done(train(tmp_path, *given.split(), "--out", "cut", steps=13))
    done = run("train", "translator", "--resume", "cut", "--steps", "26", cwd=tmp_path)
    assert_done(done)
    assert "resumed    after step 13" in done.stdout
    assert_same(tmp_path / "whole", tmp_path / "cut")


def test_a_resumed_run_wants_the_same_data(tmp_path: Path) -> None:
    assert_done(train(tmp_path, "--pairs", "pairs.tsv", "--out", "run", steps=10))
    before = (tmp_path / "run" / "checkpoint.npz").read_bytes()
    go_on = ["train", "translator", "--resume", "run", "--steps", "20"]
    assert_one_clear_line(
        run(*go_on, "--pairs", "v.tsv", cwd=tmp_path), "the data is not the one this run was"
    )
    (tmp_path / "pairs.tsv").rename(tmp_path / "moved.tsv")
    assert_one_clear_line(run(*go_on, cwd=tmp_path), "pairs.tsv: cannot be read", "give it anew")
    assert (tmp_path / "run" / "checkpoint.npz").read_bytes() == before
    assert_done(run(*go_on, "--pairs", "moved.tsv", cwd=tmp_path))


def test_pairs_too_long_for_the_model_are_counted(tmp_path: Path) -> None:
    write(tmp_path)
    with open(tmp_path / "pairs.tsv", "a", encoding="utf-8") as file:
        file.write("a a a a a a a a a a a a\tA\n")
    done = train(tmp_path, "--pairs", "pairs.tsv", "--validation-pairs", "v.tsv", "--out", "run")
    assert_done(done)
    assert "skipped    1 pair longer than 11 tokens\n" in done.stdout
    assert_one_clear_line(
        train(tmp_path, "--pairs", "pairs.tsv", "--out", "r", "--max-len", "1"),
        "training: expected pairs of at most 0 tokens, all", "try a larger --max-len",
    )  # fmt: skip


def test_results_say_what_was_too_long_to_translate(tmp_path: Path) -> None:
    """Held-out sentences that the model cannot read are counted, not passed over."""
    write(tmp_path)
    model_directory, held_out = tmp_path / "run", [*pairs(4, seed=2), ("a " * 12, "A")]
    assert_done(train(tmp_path, "--pairs", "pairs.tsv", "--out", "run", steps=2))
    long = [SentencePair(source, target, "") for source, target in held_out]
    for judged_by, expected in (
        (long, "1 of 5 held-out sentences are too long to translate\n"),
        (long[-1:], "1 of 1 held-out sentences are too long to translate\n"),
    ):
        data = TranslatorData(long, judged_by, [], None, "")
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            print_results(model_directory, data)
        assert printed.getvalue().startswith(expected), printed.getvalue()
        assert (f"of {len(judged_by) - 1} held-out sentences exactly right" in printed.getvalue()
                ) == (len(judged_by) > 1)  # fmt: skip


def test_validation_pairs_that_are_trained_on_are_said(tmp_path: Path) -> None:
    write(tmp_path)
    once = "".join(f"{i} x\t{i}\n" for i in range(3))
    with open(tmp_path / "v.tsv", "a", encoding="utf-8") as file:
        file.write("d e f d e\tANOTHER TARGET\n")
    (tmp_path / "new.tsv").write_text(once, encoding="utf-8")
    given = ["--pairs", "pairs.tsv", "--validation-pairs"]
    sources = {source for source, _ in pairs()}
    n_known = sum(source in sources for source, _ in pairs(6, seed=1))
    assert 0 < n_known < 6, "the test needs some of both"
    done = train(tmp_path, *given, "v.tsv", "--out", "some", steps=1)
    said = f"caution    {n_known} of the 7 validation sources occur in training too\n"
    assert said in done.stdout, done.stdout
    done = train(tmp_path, *given, "new.tsv", "--out", "none", steps=1)
    assert_done(done)
    assert "caution" not in done.stdout


def test_the_first_pair_is_shown_in_one_short_line(tmp_path: Path) -> None:
    (tmp_path / "odd.tsv").write_text(f"\x1b[31m{'x' * 500}\ty\nb\tB\n", encoding="utf-8")
    given = "--pairs odd.tsv --validation-pairs v.tsv --out run"
    done = train(tmp_path, *given.split(), steps=1)
    assert_done(done)
    assert done.stdout.splitlines()[1] == " " * 11 + "\\x1b[31m" + "x" * 109 + "..."


def test_the_warm_up_of_a_preset_follows_the_steps(tmp_path: Path) -> None:
    assert_done(train(tmp_path, "--pairs", "pairs.tsv", "--preset", "multi30k", steps=5))


WRONG_OPTIONS = {
    "--source a.en": "--source and --target: expected both or none, got one",
    "--pairs pairs.tsv --validation-target a.de": "--validation-source and --validation-target",
    "--pairs pairs.tsv --source a.en --target a.de": "got --pairs and --source",
    "--pairs pairs.tsv --task english-german": "got --pairs and --task",
    "--pairs pairs.tsv --language de": "--language: has a meaning only with --gettext",
    "--pairs pairs.tsv --validation-pairs v.tsv --validation-source a.en --validation-target a.de":
        "expected --validation-pairs or --validation-source, got both",
    "--pairs pairs.tsv --positions alibi": "positions: expected learned, sinusoidal or rope for",
    "--pairs pairs.tsv --tokenizer bpe": "--vocab-size: ",
    "--pairs pairs.tsv --max-tokens 0": "expected a whole number from 1 to",
    "--pairs pairs.tsv --label-smoothing 1": "expected a number >= 0 and < 1, got '1'",
    "--pairs nowhere.tsv": "nowhere.tsv: cannot be read: No such file or directory",
    "--gettext nowhere": "nowhere",
    "--task english-klingon": "invalid choice: 'english-klingon'",
    "--pairs=": "--pairs: expected a name, got an empty one",
    "--pairs pairs.tsv --validation-pairs=": "--validation-pairs: expected a name, got an empty",
}  # fmt: skip


@pytest.mark.parametrize("given", WRONG_OPTIONS)
def test_options_that_cannot_be_used(tmp_path: Path, given: str) -> None:
    assert_one_clear_line(train(tmp_path, *given.split(), "--out", "run"), WRONG_OPTIONS[given])
    assert not (tmp_path / "run").exists()


WRONG_DATA = {
    "a tab missing": (b"a\tA\nb B\n", "bad.tsv, line 2: expected 2 columns (source TAB target)"),
    "an empty line": (b"a\tA\n\nb\tB\n", "bad.tsv, line 2: expected source TAB target, got an"),
    "an empty side": (b"a\tA\nb\t\n", "bad.tsv, line 2: expected text as target, got an empty"),
    "not UTF-8": (b"a\tA\nb\t\xff\n", "bad.tsv: expected UTF-8 text, got the byte 0xff in line 2"),
    "one pair": (b"a\tA\n", "expected at least two pairs with different sources"),
    "nothing": (b"", "bad.tsv: expected data, got 0 characters"),
}


@pytest.mark.parametrize("wrong", WRONG_DATA)
def test_wrong_data_is_named_and_nothing_is_lost(tmp_path: Path, wrong: str) -> None:
    content, message = WRONG_DATA[wrong]
    assert_done(train(tmp_path, "--pairs", "pairs.tsv", "--out", "run", steps=2))
    before = {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir()}
    (tmp_path / "bad.tsv").write_bytes(content)
    for given in (["--out", "new"], ["--out", "run"]):
        done = train(tmp_path, "--pairs", "bad.tsv", *given)
        assert_one_clear_line(done, "holds a trained model" if "run" in given else message)
    resumed = run(
        *["train", "translator", "--resume", "run", "--steps", "9", "--pairs", "bad.tsv"],
        cwd=tmp_path,
    )
    assert_one_clear_line(resumed, message)
    assert {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir()} == before
    assert not (tmp_path / "new").exists()


def test_files_of_different_lengths(tmp_path: Path) -> None:
    write(tmp_path)
    with open(tmp_path / "a.de", "a", encoding="utf-8") as file:
        file.write("ONE MORE\n")
    done = train(tmp_path, "--source", "a.en", "--target", "a.de")
    assert_one_clear_line(done, "a.de, line 61: expected as many lines in both files, got 61 here")


def test_held_out_pairs_share_no_source_with_the_others() -> None:
    """A sentence that occurs several times goes to one side as a whole."""
    both = [
        SentencePair(source, target, f"line {i}") for i, (source, target) in enumerate(pairs(400))
    ]
    assert len({pair.source for pair in both}) < len(both), "there are repeated sources"
    training, validation = hold_out(both, np.random.default_rng(0))
    assert sorted([*training, *validation], key=str) == sorted(both, key=str)
    held_out = {pair.source for pair in validation}
    assert not held_out & {pair.source for pair in training}
    assert len(held_out) == round(HELD_OUT * len({pair.source for pair in both}))
    assert hold_out(both, np.random.default_rng(0)) == (training, validation)
    assert hold_out(both, np.random.default_rng(1))[1] != validation
    many = [SentencePair(str(i), "x", "") for i in range(50_000)]
    assert len(hold_out(many, np.random.default_rng(0))[1]) == MOST_HELD_OUT
