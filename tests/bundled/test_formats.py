"""What is written in a file format is what the readers of tinytf.data read."""

from pathlib import Path
from types import ModuleType

from tinytf.bundled import (
    grammar_documents,
    labelled_pairs,
    labelled_sentences,
    questions,
    scored_pairs,
    tagged_sentences,
)
from tinytf.data import read_documents, read_examples, read_scored, read_squad, read_tagged


def test_tsv(module: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "data.tsv"
    singles = labelled_sentences(0, 20, 2).train
    path.write_text(module.as_tsv(["sentence", "label"], singles), encoding="utf-8")
    assert [(e.text, e.label) for e in read_examples(path)] == singles
    pairs = labelled_pairs(0, 20, 2).train
    path.write_text(module.as_tsv(["premise", "hypothesis", "label"], pairs), encoding="utf-8")
    assert [(e.text, e.second, e.label) for e in read_examples(path, pairs=True)] == pairs
    scored = scored_pairs(0, 20, 2).train
    path.write_text(module.as_tsv(["sentence1", "sentence2", "score"], scored), encoding="utf-8")
    assert [(e.text, e.second, e.score) for e in read_scored(path, pairs=True)] == scored


def test_conll(module: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "data.conll"
    items = tagged_sentences(0, 20, 2).train
    path.write_text(module.as_conll(items), encoding="utf-8")
    read = read_tagged(path)
    assert [(one.tokens, one.tags) for one in read.sentences] == items


def test_squad(module: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    items = questions(0, 20, 2).train
    path.write_text(module.as_squad(items), encoding="utf-8")
    read = read_squad(path)
    assert [(q.context, q.question, q.answers[0].text, q.answers[0].start) for q in read] == items
    assert len({q.id for q in read}) == len(items)


def test_documents(module: ModuleType) -> None:
    documents = grammar_documents(0, 5)
    assert read_documents(module.as_document_text(documents)) == documents
