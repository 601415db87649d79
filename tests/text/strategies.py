"""Hypothesis strategies for the tests of `tinytf.text`: texts, id sequences, broken JSON."""

from __future__ import annotations

from hypothesis import strategies as st

# Every string of Unicode characters (hypothesis leaves lone surrogates out for this codec).
unicode_texts = st.text(st.characters(codec="utf-8"), max_size=60)

# Few different characters, so that pairs repeat, overlap ("aaa") and tie; with every kind that
# the pre-tokeniser tells apart, and characters of one to four bytes.
repetitive_texts = st.text(st.sampled_from("aab bc '_.\n1\u00e9\u20ac\U0001f600"), max_size=80)

training_texts = st.one_of(repetitive_texts, unicode_texts).filter(bool)

# Bytes that are often broken UTF-8: starts without an end, ends without a start, never legal.
utf8_pieces = st.lists(
    st.sampled_from([0x41, 0x0A, 0xC3, 0xA9, 0xE2, 0x82, 0xAC, 0xF0, 0x9F, 0x98, 0x80, 0xED, 0xFF]),
    max_size=30,
)

# Any JSON value.
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
