"""Mistakes in joining, cutting and padding what BERT reads."""

from tests.mutants.mutate import Edit

MISTAKES: dict[str, Edit] = {
    "no [SEP] behind the first text": (
        "ids = [tokenizer.cls_id, *first, tokenizer.sep_id]",
        "ids = [tokenizer.cls_id, *first]",
    ),
    "[SEP] in the place of [CLS]": ("[tokenizer.cls_id, *first", "[tokenizer.sep_id, *first"),
    "[CLS] before the second text": ("ids += [*second,", "ids += [tokenizer.cls_id, *second,"),
    "the last [SEP] in segment 0": (
        "segments += [1] * (len(second) + 1)",
        "segments += [1] * len(second) + [0]",
    ),
    "the second text in segment 0": ("segments += [1]", "segments += [0]"),
    "the first text loses its start": ("return first[:room], None", "return first[-room:], None"),
    "special tokens not counted": ("room = max_len - 2", "room = max_len"),
    "two special tokens of a pair": ("room = max_len - 3", "room = max_len - 2"),
    "one token too few": ("room = max_len - 2", "room = max_len - 3"),
    "both texts cut in half": (
        "min(len(second), max(room // 2, room - len(first)))",
        "min(len(second), room // 2)",
    ),
    "the first text cut first": (
        "min(len(second), max(room // 2, room - len(first)))",
        "min(len(second), room - 1)",
    ),
    "the second text cut first": (
        "min(len(second), max(room // 2, room - len(first)))",
        "min(len(second), max(room - len(first), 1))",
    ),
    "padding in segment 1": (
        "[one.segments for one in inputs], 0)",
        "[one.segments for one in inputs], 1)",
    ),
    "padded with [UNK]": ("tokenizer.pad_id)", "tokenizer.unk_id)"),
    "padding attended to": ("padding_mask(lengths,", "padding_mask(0 * lengths + ids.shape[1],"),
    "padding counted": ("return int(self.mask.sum())", "return int(self.mask.size)"),
}
