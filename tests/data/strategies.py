"""Hypothesis strategies for data: sentences, labels, and files made of them."""

from hypothesis import strategies as st

# Any character but those that end a line of a file. U+2028, U+0085 and form feed are among them:
# they are no line break here, though `str.splitlines` takes them for one.
ODD = "\u2028\u0085\x0b\x0c\x1c"
characters = st.one_of(
    st.sampled_from("ab \"'\\" + ODD), st.characters(codec="utf-8", exclude_characters="\r\n")
)

# A byte order mark at the start of a file is not part of its text, so none is drawn at the start.
lines = (
    st.text(characters, max_size=20)
    .map(str.strip)
    .filter(lambda line: line and not line.startswith("\ufeff"))
)
cells = lines.map(lambda line: line.replace("\t", " "))
line_breaks = st.sampled_from(["\n", "\r\n", "\r"])
