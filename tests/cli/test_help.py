"""Help, versions, and what a newcomer types first."""

import argparse
import shlex
from pathlib import Path

import pytest

import tinytf
from tinytf.cli.main import build_parser

from .command import assert_done, run
from .test_options import parser_of

COMMANDS = [
    (), ("train",), ("train", "gpt"), ("train", "bert"), ("train", "translator"), ("finetune",),
    ("finetune", "classify"), ("finetune", "pair"), ("finetune", "tag"), ("finetune", "answer"),
    ("generate",), ("translate",), ("fill",), ("classify",), ("tag",), ("answer",),
    ("inspect",), ("report",), ("plot",), ("describe",), ("check",), ("grade",),
    ("assign",), ("assign", "list"), ("assign", "build"), ("assign", "check"),
    ("assign", "gradescope"),
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_shows_examples_and_is_no_wider_than_a_terminal(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    done = run(*command, "--help", cwd=tmp_path, env={"COLUMNS": "100"})
    assert_done(done)
    assert done.stdout.isascii()
    assert "\nexamples:\n" in done.stdout
    for line in done.stdout.split("\n"):
        assert len(line) <= 100, line


def test_h_is_short_for_help(tmp_path: Path) -> None:
    assert run("-h", cwd=tmp_path).stdout == run("--help", cwd=tmp_path).stdout


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_example_can_be_parsed(command: tuple[str, ...]) -> None:
    epilog = parser_of(*command).epilog
    assert epilog
    examples = [line[line.index("tinytf ") :] for line in epilog.splitlines() if "tinytf " in line]
    assert examples
    for example in examples:
        typed = example.partition("   ")[0].partition(" < ")[0]  # what follows explains it
        words = shlex.split(typed)[1:]
        if words[-1] == "--help":
            words.pop()
            continue
        args = build_parser().parse_args(words)
        assert isinstance(args, argparse.Namespace)


@pytest.mark.parametrize("command", COMMANDS[2:], ids=" ".join)
def test_every_option_but_a_switch_is_explained(command: tuple[str, ...]) -> None:
    for action in parser_of(*command)._actions:
        named = action.option_strings or [action.dest]
        assert action.help or action.choices, f"{named}: expected a help text"


def test_version(tmp_path: Path) -> None:
    done = run("--version", cwd=tmp_path)
    assert_done(done)
    assert done.stdout == f"tinytf {tinytf.__version__}\n"
