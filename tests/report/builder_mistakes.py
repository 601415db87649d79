"""Mistakes in the files that build a report, which the judge must see.

Each with the training steps (see `steps.py`) whose reports show it.
"""

from tests.mutants.mutate import Edit

# file -> mistake -> edit, and the step that shows it
MISTAKES: dict[str, dict[str, tuple[Edit, str]]] = {
    "steps_linear": {
        "weight not transposed on the way back": (
            ("View(operand.matrix, not operand.is_transposed)", "operand"),
            "gpt",
        ),
        "weight's gradient: input not transposed": (
            ("matmul(formula, out, value.t, dy)", "matmul(formula, out, value, dy)"),
            "gpt",
        ),
        "tied table's gradient the wrong way round": (
            ("matmul(formula, out, dy.t, value)", "matmul(formula, out, value.t, dy)"),
            "gpt",
        ),
        "bias left out": (
            ("story.numbers.value(x), operand, plus)],", "story.numbers.value(x), operand)],"),
            "gpt",
        ),
        "bias not filled": (("        fills += writer.got_gradient(bias)\n", ""), "gpt"),
        "gate and up exchanged": (
            ('{"w_gate": "gate", "w_up": "up"}', '{"w_gate": "up", "w_up": "gate"}'),
            "llama",
        ),
    },
    "steps_norm": {
        "mean added": (("[x, mean], signs=[1, -1]", "[x, mean], signs=[1, 1]"), "gpt"),
        "eps forgotten": (('eps=eps)', 'eps=0.1)'), "gpt"),
        "scale of the variance": (("    scale = 1 / x.cols.size\n", "    scale = 1.0\n"), "gpt"),
        "shift left out": (
            ("[scaled, numbers.value(beta_name)]", "[scaled]"),
            "gpt",
        ),
        "sign of dmean": (("[dnormed, rstd], -1.0", "[dnormed, rstd], 1.0"), "gpt"),
        "drstd from normed": (
            ("drstd, [dnormed, centered]", "drstd, [dnormed, normed]"),
            "gpt",
        ),
        "dmean left out": (
            ("[dnormed, normed, rstd, dmean, drstd]", "[dnormed, normed, rstd, None, drstd]"),
            "gpt",
        ),
        "features that are shown counted as all": (
            ("n=normed.cols.size", "n=len(normed.cols.shown)"),
            "large llama",
        ),
    },
    "steps_attention": {
        "scale left out": (("scores, q, k.t, bias, scale)", "scores, q, k.t, bias)"), "gpt"),
        "ALiBi left out": (("scores, q, k.t, bias, scale)", "scores, q, k.t, None, scale)"), "mpt"),
        "values of the pattern before dropout": (
            ("z, dropped, v)", "z, story.numbers.value(names['pattern'], head), v)"),
            "translator, dropout",
        ),
        "pattern not transposed for dv": (
            ("matmul(formula, dv, dropped.t, dz)", "matmul(formula, dv, dropped, dz)"),
            "gpt",
        ),
        "dk from k": (("dk, dscores.t, q, scale", "dk, dscores.t, k, scale"), "gpt"),
        "dq without scale": (("dq, dscores, k, scale=scale", "dq, dscores, k"), "gpt"),
        "softmax's gradient from the value": (
            ("= [pattern, dpattern]", "= [dpattern, pattern]"),
            "gpt",
        ),
    },
    "steps_rope": {
        "turned on instead of back": (("inverse=True", "inverse=False"), "llama"),
        "angles of another base": (("base ** (-2 *", "base ** (-1 *"), "llama"),
    },
    "steps_grouped": {
        "wrong key head": (
            ("story.numbers.value(own, head // group)", "story.numbers.value(own, 0)"),
            "large llama",
        ),
        "one query head's gradient left out": (
            ("(kv_head + 1) * group))", "(kv_head + 1) * group - 1))"),
            "large llama",
        ),
    },
    "steps_heads": {
        "heads in the wrong place": (
            ("start = place * len(out.cols.shown)", "start = 0"),
            "gpt",
        ),
        "gradients of heads together: one left out": (
            ("for head in heads_of(story, name)]\n        rows.append(_beside",
             "for head in [0, 0]]\n        rows.append(_beside"),
            "gpt",
        ),
    },
    "steps_function": {
        "gelu of the wrong kind": (('name = "gelu_tanh" if', 'name = "gelu" if'), "gpt"),
        "slope at the output": (
            ("story.numbers.grad(x), story.numbers.value(x)",
             "story.numbers.grad(x), story.numbers.value(y)"),
            "gpt",
        ),
        "gate times itself": (('"multiply", post, [gate, up]', '"multiply", post, [up, up]'),
                              "llama"),
        "gradient of the gate times the gate": (
            ("dgate, [dpost, up]", "dgate, [dpost, gate]"),
            "llama",
        ),
        "what dropout keeps not scaled": (
            ("return story.numbers.constant(keep,", "return story.numbers.constant(keep > 0,"),
            "translator, dropout",
        ),
    },
    "steps_residual": {
        "skip path left out": (('"add", out, [value, told]', '"add", out, [told]'), "gpt"),
        "gradient goes to one part only": (
            ('[*story.writer.got_gradient(f"{prefix}.dropped"), sent.fill]', "[sent.fill]"),
            "translator, dropout",
        ),
    },
    "steps_embedding": {
        "positions left out": (('"add", total, parts)', '"add", total, parts[:1])'), "gpt"),
        "not scaled": (('"multiply", out, [of], math.sqrt(d_model))', '"multiply", out, [of])'),
                       "translator"),
        "one place's gradient left out": (
            ('{"ids": ids, "row_ids"', '{"ids": [*ids[:-1], -1], "row_ids"'),
            "gpt",
        ),
    },
    "steps_bert": {
        "first row instead of the masked ones": (
            ('if name == "pooler.cls":', "if name:"),
            "bert",
        ),
        "bias left out": (('"add", logits, [scores, bias]', '"add", logits, [scores]'), "bert"),
        "not turned round": (('"copy", out, [scores.t]', '"copy", out, [scores]'), "answerer"),
    },
    "steps_loss": {
        "smoothing left out": (
            ('"smoothing": node.call.numbers["label_smoothing"],', '"smoothing": 0.0,'),
            "translator",
        ),
        "ignored targets count": (("real=real)", "real=[True] * len(real))"), "gpt"),
        "smoothing over the shown words": (
            ('"classes": logits.cols.size', '"classes": len(logits.cols.shown)'),
            "large mpt",
        ),
        "target as its number, not its place": (
            ("places.get(int(target), -1)", "int(target)"),
            "large mpt",
        ),
        "slope of a square": (('derror, [error, dloss], 2.0', 'derror, [error, dloss], 1.0'),
                              "regressor"),
    },
    "steps_update": {
        "uphill": (("after, [value, delta])", "after, [value, delta], signs=[1, -1])"), "gpt"),
        "rate forgotten": (('delta, [gradient], -learning_rate)', 'delta, [gradient], -1.0)'),
                           "gpt"),
    },
    "equations": {
        "what is hidden left out": (
            ("a.numbers[:, hidden] @ b.numbers[hidden, :]",
             "a.numbers[:, hidden[1:]] @ b.numbers[hidden[1:], :]"),
            "large llama",
        ),
        "bias left out of the rest": (
            ("            numbers = numbers + plus.numbers\n", "            pass\n"),
            "large mpt",
        ),
        "rest not scaled": (
            ("scale * (a.numbers[:, hidden]", "1.0 * (a.numbers[:, hidden]"),
            "large llama",
        ),
    },
    "writer": {
        "every contribution is the first": (
            ("        arrived.append(consumer)\n", "        arrived[:] = [consumer]\n"),
            "gpt",
        ),
        "sum of all but the last": (
            ("now = self.numbers.so_far(name, arrived)",
             "now = self.numbers.so_far(name, arrived[:-1] or arrived)"),
            "gpt",
        ),
        "one twin only": (
            ('other["twin"], draft.about["twin"] = number, other["id"]', 'other["twin"] = number'),
            "gpt",
        ),
        "before of the first": (
            ("if len(arrived) > 1 else None", "if len(arrived) > 2 else None"),
            "gpt",
        ),
        "phases mixed": (
            ("[one for phase in PHASES for one in self._drafts if one.phase == phase]",
             "list(self._drafts)"),
            "bert",
        ),
    },
    "numbers": {
        "first head for all": (("numbers = numbers[0, head]", "numbers = numbers[0, 0]"), "gpt"),
        "no hatching": (("return hidden if hidden.any() else None", "return None"), "gpt"),
        "value from before the update": (
            ("made = self._matrix(tensor, \"after\", tensor.after,",
             "made = self._matrix(tensor, \"after\", tensor.value,"),
            "gpt",
        ),
    },
    "layout": {
        "RoPE: half of a pair": (
            ("return (*pairs, *(d_head // 2 + i for i in pairs))", "return tuple(range(most))"),
            "large llama",
        ),
        "heads' features from the first head": (
            ("head * d_head + place for head in heads", "place for head in heads"),
            "large mpt",
        ),
    },
    "tensor_map": {
        "two tensors in one place": (
            ("            while (column, row) in taken:\n                column += 1\n", ""),
            "regressor",
        ),
    },
}  # fmt: skip
