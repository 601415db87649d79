"""Hypothesis strategies for the tests of `tinytf.text`: texts, id sequences, broken JSON."""

from __future__ import annotations

from hypothesis import strategies as st

# Every string of Unicode characters (hypothesis leaves lone surrogates out for this codec).
unicode_texts = st.text(st.characters(codec="utf-8"), max_size=60)

# Few different characters, so that pairs repeat, overlap ("aaa") and tie; with every kind that
# the pre-tokeniser tells apart, and characters of one to four bytes.
repetitive_texts = st.text(st.sampled_from("aab bc '_.\n1\u00e9\u20ac\U0001f600"), max_size=80)

# What BERT's words are made of and cut at: letters of both cases, accents in one piece and apart,
# letters that fold to two or to other kinds, punctuation and symbols, Chinese characters, blanks
# and what is removed.
bert_texts = st.text(
    st.sampled_from(
        "aabBcC1\u00e9\u00c9\u0301\u0130\u03a3\ufb01\uac00\u0bca#'_,$\u20ac\u2260\u1fef\u00bf"
        "\u4f60\u597d\uf900\u3042 \t\n\u00a0\u3000\u2028\x00\x0c\x85\xad\u200b\ufffd\ue000"
        "\U0001f600"
    ),
    max_size=40,
)

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
