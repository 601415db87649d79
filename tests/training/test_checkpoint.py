"""Checkpoints: bitwise, whole or not at all, and never trusted."""

import io
import json
import math
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tests.training.small import small_model, snapshot, windows
from tinytf.config import Config
from tinytf.models.encoder_decoder import EncoderDecoder
from tinytf.ops.arrays import Array
from tinytf.text import BPETokenizer, CharTokenizer
from tinytf.training.next_token import NextTokenTask
from tinytf.training.optimizers import SGD, AdamW, Optimizer
from tinytf.training.schedules import WarmupCosine
from tinytf.training.trainer import Trainer

CONFIG = Config(3, 2, 2, 1, 2, 1, dropout=0.1, norm_eps=3e-7)
NAME = "checkpoint.npz"


def small_checkpoint(module: ModuleType) -> Any:
    """Numbers that a text format would spoil."""
    return module.Checkpoint(
        "decoder",
        CONFIG,
        CharTokenizer("ab\u00e9"),
        {"w": np.array([[1 / 3, -0.0], [5e-324, 1e308]]), "b": np.array([math.pi], np.float32)},
        {"first_moment": np.array([0.1, np.inf])},
        {"step": 3, "rng": np.random.default_rng(5).bit_generator.state, "text": "caf\u00e9"},
    )


def assert_same(came: Any, expected: Any) -> None:
    """Bit for bit."""
    assert came.model == expected.model
    assert came.config == expected.config
    assert came.tokenizer.to_json() == expected.tokenizer.to_json()
    assert came.progress == expected.progress
    assert came.extras == expected.extras
    assert (came.source_tokenizer is None) == (expected.source_tokenizer is None)
    if expected.source_tokenizer is not None:
        assert came.source_tokenizer.to_json() == expected.source_tokenizer.to_json()
    for arrays, wanted in (
        (came.parameters, expected.parameters),
        (came.optimizer, expected.optimizer),
    ):
        assert {n: (a.dtype, a.shape, a.tobytes()) for n, a in arrays.items()} == {
            n: (a.dtype, a.shape, a.tobytes()) for n, a in wanted.items()
        }


def saved_bytes(module: ModuleType, directory: Path) -> bytes:
    module.save_checkpoint(directory, small_checkpoint(module))
    return (directory / NAME).read_bytes()


def test_what_is_saved_comes_back_bit_for_bit(module: ModuleType, tmp_path: Path) -> None:
    directory = tmp_path / "new" / "deeper"
    module.save_checkpoint(directory, small_checkpoint(module))
    assert [path.name for path in directory.iterdir()] == [NAME], "and nothing beside it"
    assert_same(module.load_checkpoint(directory), small_checkpoint(module))
    later = module.Checkpoint(
        "decoder", CONFIG, BPETokenizer.train("abab" * 9, 258), {"w": np.zeros(1)}
    )
    module.save_checkpoint(directory, later)
    assert_same(module.load_checkpoint(directory), later)


def test_it_is_an_ordinary_archive_without_pickles(module: ModuleType, tmp_path: Path) -> None:
    saved_bytes(module, tmp_path)
    with np.load(tmp_path / NAME, allow_pickle=False) as archive:
        names = set(archive.files)
        assert names == {"about", "parameter/w", "parameter/b", "optimizer/first_moment"}
        assert all(archive[name].dtype != object for name in names)
        about = json.loads(str(archive["about"]))
    assert about["format"] == "tinytf checkpoint 2"
    assert about["config"]["d_model"] == 2


def test_the_model_of_a_checkpoint(module: ModuleType, tmp_path: Path) -> None:
    for switches in ({}, {"tie_embeddings": False, "positions": "rope", "norm": "rmsnorm"}):
        model = small_model(1, np.float32, **switches)
        parameters = {name: p.value for name, p in model.parameters().items()}
        tokenizer = CharTokenizer("abcdefg")
        checkpoint = module.Checkpoint("decoder", model.config, tokenizer, parameters)
        module.save_checkpoint(tmp_path, checkpoint)
        for kinds in ((), ("decoder",), ("encoder-decoder", "decoder")):
            loaded, came = module.load_model(tmp_path, *kinds)
            assert snapshot(loaded) == snapshot(model)
            assert_same(came, checkpoint)
        ids = np.array([[1, 2, 3]])
        np.testing.assert_array_equal(loaded.forward(ids)[0], model.forward(ids)[0])


def small_translator(module: ModuleType, **switches: Any) -> tuple[Any, Any]:
    """An encoder-decoder with two vocabularies (of 7 and of 3 tokens), and its checkpoint."""
    config = Config(7, 8, 6, 2, 12, 1, source_vocab_size=3)
    model = EncoderDecoder(config, np.random.default_rng(4), np.float64)
    parameters = {name: p.value for name, p in model.parameters().items()}
    more = {"source_tokenizer": CharTokenizer("xyz"), "extras": {"labels": ["a", 1, None]}}
    checkpoint = module.Checkpoint(
        "encoder-decoder", config, CharTokenizer("abcdefg"), parameters, **more
    )
    return model, replace(checkpoint, **switches)


def test_a_model_with_two_tokenizers_and_extras(module: ModuleType, tmp_path: Path) -> None:
    model, checkpoint = small_translator(module)
    module.save_checkpoint(tmp_path, checkpoint)
    loaded, came = module.load_model(tmp_path, "encoder-decoder")
    assert type(loaded) is EncoderDecoder
    assert snapshot(loaded) == snapshot(model)
    assert_same(came, checkpoint)


def test_a_tokenizer_of_another_model(module: ModuleType, tmp_path: Path) -> None:
    for switches, said in (
        ({"tokenizer": CharTokenizer("ab")}, "7 different tokens, its tokenizer 2"),
        ({"source_tokenizer": CharTokenizer("xy")}, "3 different tokens, its source tokenizer 2"),
        ({"source_tokenizer": None}, "3 different tokens, its source tokenizer None"),
    ):
        _, checkpoint = small_translator(module, **switches)
        said = f"the checkpoint is broken: the model has {said}"
        with pytest.raises(module.CheckpointError, match=f"^{said}$"):
            module.model_of(checkpoint)
        module.save_checkpoint(tmp_path, checkpoint)
        with pytest.raises(module.CheckpointError, match=f"^{tmp_path}: {said}$"):
            module.load_model(tmp_path)


def test_a_directory_with_another_kind_of_model(module: ModuleType, tmp_path: Path) -> None:
    module.save_checkpoint(tmp_path / "de", small_translator(module)[1])
    module.save_checkpoint(tmp_path / "gpt", small_checkpoint(module))
    for name, kind, said in (
        (
            "de",
            "decoder",
            "expected a decoder (from tinytf train gpt), found an encoder-decoder; "
            "use tinytf translate",
        ),
        (
            "gpt",
            "encoder-decoder",
            "expected an encoder-decoder (from tinytf train translator), found a decoder; "
            "use tinytf generate",
        ),
    ):
        with pytest.raises(module.CheckpointError) as caught:
            module.load_model(tmp_path / name, kind)
        assert str(caught.value) == f"{tmp_path / name}: {said}"


def test_the_best_model_is_the_one_to_use_and_the_last_the_one_to_go_on_with(
    module: ModuleType, tmp_path: Path
) -> None:
    model = small_model(1)
    for file_name, factor in ((module.LAST, 1), (module.BEST, 2)):
        parameters = {name: factor * p.value for name, p in model.parameters().items()}
        checkpoint = module.Checkpoint(
            "decoder",
            model.config,
            CharTokenizer("abcdefg"),
            parameters,
            progress={"step": factor, "score": 0.5},
        )
        if file_name == module.LAST:
            module.save_checkpoint(tmp_path, checkpoint)
        else:
            module.save_checkpoint(tmp_path, checkpoint, file_name)
        assert module.load_model(tmp_path)[1].progress["step"] == factor
    assert sorted(path.name for path in tmp_path.iterdir()) == ["best.npz", NAME]
    assert module.load_checkpoint(tmp_path).progress["step"] == 1
    assert module.load_checkpoint(tmp_path, module.BEST).progress["step"] == 2
    (tmp_path / "best.npz").write_bytes(b"damaged")
    with pytest.raises(module.CheckpointError, match=r"best\.npz: the checkpoint is broken"):
        module.load_model(tmp_path)


def test_a_checkpoint_of_the_first_format(module: ModuleType, tmp_path: Path) -> None:
    """It knew decoders only, and neither a second tokenizer nor extras."""
    module.save_checkpoint(tmp_path, small_checkpoint(module))
    with np.load(tmp_path / NAME) as archive:
        arrays = dict(archive)
    about = json.loads(str(arrays["about"]))
    del about["source_tokenizer"], about["extras"]
    for name in ("source_vocab_size", "n_segments", "embedding_norm", "init_std"):
        del about["config"][name]
    about["format"] = "tinytf checkpoint 1"
    (tmp_path / NAME).write_bytes(archive_bytes(**{**arrays, "about": np.array(json.dumps(about))}))
    assert_same(module.load_checkpoint(tmp_path), small_checkpoint(module))


def make_run(make_optimizer: Any, seed: int) -> tuple[Any, Any]:
    model = small_model(seed, np.float32, dropout=0.2)
    return model, make_optimizer(model)


def go_on(
    model: Any, optimizer: Optimizer, rng: np.random.Generator, first: int, stop: int
) -> None:
    task = NextTokenTask(model, windows(), windows())
    schedule = WarmupCosine(0.05, 0.005, 3, 10)
    trainer = Trainer(model, task, optimizer, schedule, rng, 10, 2, first_step=first)
    trainer.run(should_stop=lambda: trainer.step == stop)


def test_a_resumed_run_equals_an_uninterrupted_one_bit_for_bit(
    module: ModuleType, tmp_path: Path
) -> None:
    """With dropout, warm-up, accumulation; stopped after 4 of 10 steps."""
    for make_optimizer in (
        SGD,
        lambda model: SGD(model, 0.9, 0.1),
        lambda model: AdamW(model, weight_decay=0.1),
    ):
        model, optimizer = make_run(make_optimizer, 0)
        go_on(model, optimizer, np.random.default_rng(7), 0, 10)

        stopped, its_optimizer = make_run(make_optimizer, 0)
        rng = np.random.default_rng(7)
        go_on(stopped, its_optimizer, rng, 0, 4)
        progress = {"n_steps": its_optimizer.n_steps, "rng": rng.bit_generator.state}
        parameters = {name: p.value for name, p in stopped.parameters().items()}
        state = its_optimizer.state
        module.save_checkpoint(
            tmp_path,
            module.Checkpoint(
                "decoder", stopped.config, CharTokenizer("a"), parameters, state, progress
            ),
        )

        checkpoint = module.load_checkpoint(tmp_path)
        resumed, its_optimizer = make_run(make_optimizer, 99)
        module.load_parameters(resumed, checkpoint.parameters)
        its_optimizer.state.update(checkpoint.optimizer)
        its_optimizer.n_steps = checkpoint.progress["n_steps"]
        rng = np.random.default_rng()
        rng.bit_generator.state = checkpoint.progress["rng"]
        go_on(resumed, its_optimizer, rng, 4, 10)

        assert snapshot(resumed) == snapshot(model)
        for name, array in optimizer.state.items():
            assert its_optimizer.state[name].tobytes() == array.tobytes(), name
        assert snapshot(stopped) != snapshot(model)


def test_a_write_that_fails_half_way_keeps_the_old_checkpoint(
    module: ModuleType, tmp_path: Path
) -> None:
    before = saved_bytes(module, tmp_path)

    def fails(file: Any, **arrays: Array) -> None:
        buffer = io.BytesIO()
        real(buffer, **arrays)
        file.write(buffer.getvalue()[: len(buffer.getvalue()) // 2])
        raise OSError(28, "No space left on device")

    real = np.savez
    newer = module.Checkpoint("decoder", CONFIG, CharTokenizer("xyz"), {"w": np.ones(500)})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(np, "savez", fails)
        with pytest.raises(OSError, match="No space left"):
            module.save_checkpoint(tmp_path, newer)
    assert (tmp_path / NAME).read_bytes() == before
    assert_same(module.load_checkpoint(tmp_path), small_checkpoint(module))
    module.save_checkpoint(tmp_path, newer)
    assert_same(module.load_checkpoint(tmp_path), newer)
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_killed_before_the_rename(module: ModuleType, tmp_path: Path) -> None:
    before = saved_bytes(module, tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            module.save_checkpoint(
                tmp_path, module.Checkpoint("decoder", CONFIG, CharTokenizer("xyz"), {})
            )
    assert (tmp_path / NAME).read_bytes() == before


_FILE_SIZE_LIMIT = """
import resource, sys
from pathlib import Path
import numpy as np
from tinytf.config import Config
from tinytf.text import CharTokenizer
from tinytf.training import Checkpoint, save_checkpoint

config, directory = Config(3, 2, 2, 1, 2, 1), Path(sys.argv[1])
save_checkpoint(directory, Checkpoint("decoder", config, CharTokenizer("abc"), {"w": np.zeros(10)}))
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    numbers = {"w": np.ones(100_000)}
    save_checkpoint(directory, Checkpoint("decoder", config, CharTokenizer("xyz"), numbers))
except OSError as error:
    print("OSError", error.errno)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files there")
def test_a_disk_that_takes_no_more(tmp_path: Path) -> None:
    """A real one: the system refuses to let the file grow beyond 20 kB."""
    command = [sys.executable, "-c", _FILE_SIZE_LIMIT, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "OSError 27\n", done.stderr  # EFBIG
    module = sys.modules["tinytf.training"]
    np.testing.assert_array_equal(module.load_checkpoint(tmp_path).parameters["w"], np.zeros(10))


def assert_broken(module: ModuleType, directory: Path, content: bytes, said: str = NAME) -> None:
    """A CheckpointError, whose message names the file."""
    (directory / NAME).write_bytes(content)
    with pytest.raises(module.CheckpointError, match=said) as caught:
        module.load_checkpoint(directory)
    assert str(directory / NAME) in str(caught.value)


def test_no_checkpoint(module: ModuleType, tmp_path: Path) -> None:
    for directory in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(module.CheckpointError, match=f"{directory}: .*found no {NAME}"):
            module.load_checkpoint(directory)
    (tmp_path / NAME).mkdir()
    with pytest.raises(module.CheckpointError):
        module.load_checkpoint(tmp_path)


def test_truncated_garbage_and_foreign_files(module: ModuleType, tmp_path: Path) -> None:
    whole = saved_bytes(module, tmp_path)
    for length in (0, 1, 2, 30, len(whole) // 2, len(whole) - 23, len(whole) - 1):
        assert_broken(module, tmp_path, whole[:length])
    assert_broken(module, tmp_path, b"not an archive")
    assert_broken(module, tmp_path, bytes(1000))
    assert_broken(module, tmp_path, np.random.default_rng(0).bytes(5000))
    assert_broken(module, tmp_path, b"\x80\x04K\x01.", "allow_pickle|pickle")  # a pickle of 1
    assert_broken(module, tmp_path, archive_bytes(weights=np.ones(3)), "about")
    array = io.BytesIO()
    np.save(array, np.ones(3))
    assert_broken(module, tmp_path, array.getvalue())
    foreign = io.BytesIO()
    with zipfile.ZipFile(foreign, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert_broken(module, tmp_path, foreign.getvalue())


def test_an_array_whose_header_is_damaged(module: ModuleType, tmp_path: Path) -> None:
    """NumPy parses the header of a large array before zipfile has checked the sum of its bytes."""
    whole = archive_bytes(weights=np.ones(3000))
    brace = whole.index(b"}", whole.index(b"\x93NUMPY"))
    assert whole[brace : brace + 3] == b"}  ", "the header ends in spaces"
    for place in (brace, brace + 2):
        for wrong in (b"(", b"]", b"'", b"\xff"):
            assert_broken(module, tmp_path, whole[:place] + wrong + whole[place + 1 :])


def test_an_object_array_is_not_unpickled(module: ModuleType, tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> Any:
            return (Path.touch, (tmp_path / "ran",))

    saved_bytes(module, tmp_path)
    with np.load(tmp_path / NAME) as archive:
        arrays = dict(archive)
    bomb = np.array([Bomb()], dtype=object)
    for name in ("parameter/w", "optimizer/m", "about", "else"):
        content = archive_bytes(**{**arrays, name: bomb})
        assert_broken(module, tmp_path, content, "Object arrays cannot be loaded")
    assert not (tmp_path / "ran").exists()


def test_about_that_is_not_what_it_should_be(module: ModuleType, tmp_path: Path) -> None:
    saved_bytes(module, tmp_path)
    with np.load(tmp_path / NAME) as archive:
        arrays = dict(archive)
    about = json.loads(str(arrays["about"]))

    def with_about(text: str) -> bytes:
        return archive_bytes(**{**arrays, "about": np.array(text)})

    def changed(**changes: Any) -> bytes:
        return with_about(json.dumps({**about, **changes}))

    version = "expected 'tinytf checkpoint 2', got 'tinytf checkpoint 3'"
    assert_broken(module, tmp_path, changed(format="tinytf checkpoint 3"), version)
    assert_broken(module, tmp_path, changed(format=None), "expected 'tinytf checkpoint 2'")
    kinds = r"expected a model out of \['bert', .*'encoder-decoder'\], got 'encoder'"
    assert_broken(module, tmp_path, changed(model="encoder"), kinds)
    for key in about:
        rest = {name: value for name, value in about.items() if name != key}
        assert_broken(module, tmp_path, with_about(json.dumps(rest)), f"KeyError: '{key}'")
    for text in ("", "{", "null", "[]", "3", '"text"', "[" * 100_000):
        assert_broken(module, tmp_path, with_about(text))
    config = about["config"]
    assert_broken(module, tmp_path, changed(config={**config, "d_model": 0}), "d_model")
    assert_broken(module, tmp_path, changed(config={**config, "d_modell": 2}), "d_modell")
    assert_broken(module, tmp_path, changed(config=None))
    assert_broken(module, tmp_path, changed(tokenizer={"kind": "words"}), "kind")
    assert_broken(module, tmp_path, changed(tokenizer=None))
    assert_broken(module, tmp_path, changed(source_tokenizer={"kind": "words"}), "kind")
    assert_broken(module, tmp_path, changed(source_tokenizer=3))


def test_parameters_that_do_not_fit_the_model(module: ModuleType) -> None:
    model = small_model()
    before = snapshot(model)
    values = {name: p.value.copy() for name, p in model.parameters().items()}
    name = "decoder.layers.0.ffn.w_in"
    more = {**values, "head.weight": np.ones((8, 7))}
    fewer = {n: value for n, value in values.items() if n != name}
    for wrong, said in (
        (more, r"its parameters differ from the model's: head.weight"),
        (fewer, rf"its parameters differ from the model's: {name}"),
        ({**values, name: np.ones((12, 8))}, rf"{name}: expected shape \(8, 12\), got \(12, 8\)"),
        ({**values, name: np.ones(12)}, rf"{name}: expected shape \(8, 12\), got \(12,\)"),
        ({**values, name: np.ones(())}, rf"{name}: expected shape \(8, 12\), got \(\)"),
    ):
        with pytest.raises(module.CheckpointError, match=said):
            module.load_parameters(model, wrong)
    assert snapshot(model) == before
    flat = AdamW(model).flat
    module.load_parameters(model, {n: np.full_like(value, 2) for n, value in values.items()})
    assert (flat.value == 2).all(), "copied into the flat vector, not bound beside it"


def test_parameters_that_are_not_floats(module: ModuleType) -> None:
    model = small_model()
    values = {name: p.value.copy() for name, p in model.parameters().items()}
    name = "decoder.layers.0.ffn.w_in"
    for wrong in (np.full((8, 12), "abc"), np.ones((8, 12), complex), np.ones((8, 12), int)):
        with pytest.raises(module.CheckpointError, match=f"{name}: expected dtype float64, got"):
            module.load_parameters(model, {**values, name: wrong})


def archive_bytes(**arrays: Any) -> bytes:
    """An archive as NumPy writes it."""
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def test_flipped_bits(module: ModuleType, tmp_path: Path) -> None:
    """A CheckpointError, or the bits did not matter (a date): no number is ever a wrong one.

    Whole arrays may be missing: see test_lost_arrays.py.
    """
    expected = small_checkpoint(module)
    whole = saved_bytes(module, tmp_path)
    rng = np.random.default_rng(0)
    for number in range(600):
        content = bytearray(whole)
        # Every second time in the archive's table of contents, at the end.
        first = len(content) - 400 if number % 2 else 0
        for position in rng.integers(first, len(content), rng.integers(1, 4)):
            content[position] ^= 1 << int(rng.integers(8))
        (tmp_path / NAME).write_bytes(content)
        try:
            checkpoint = module.load_checkpoint(tmp_path)
        except module.CheckpointError:
            continue
        parameters = {name: expected.parameters[name] for name in checkpoint.parameters}
        optimizer = {name: expected.optimizer[name] for name in checkpoint.optimizer}
        assert_same(checkpoint, replace(expected, parameters=parameters, optimizer=optimizer))


def test_a_rename_that_fails_leaves_the_old_checkpoint(module: ModuleType, tmp_path: Path) -> None:
    directory = tmp_path / "rename"
    before = saved_bytes(module, directory)

    def refuse(*args: object) -> None:
        raise OSError("the disk says no")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "replace", refuse)
        with pytest.raises(OSError, match="the disk says no"):
            module.save_checkpoint(directory, small_checkpoint(module))
    assert (directory / NAME).read_bytes() == before
    assert [path.name for path in directory.iterdir()] == [NAME]
