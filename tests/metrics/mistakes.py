"""Wrong variants of the measures: module -> what is wrong -> the edit that makes it so."""

from tests.mutants.mutate import Edit

CHECKS: dict[str, Edit] = {
    "only too few": ("if len(gold) != len(predicted):", "if len(gold) > len(predicted):"),
    "only too many": ("if len(gold) != len(predicted):", "if len(gold) < len(predicted):"),
    "none is fine": ("if not len(gold):", "if gold is None:"),
}

CLASSIFICATION: dict[str, Edit] = {
    "precision of what is there": (
        "n_right / n_predicted if n_predicted",
        "n_right / n_gold if n_gold",
    ),
    "recall of what was said": (
        "n_right / n_gold if n_gold",
        "n_right / n_predicted if n_predicted",
    ),
    "the arithmetic mean": (
        "2 * n_right / (n_predicted + n_gold) if n_right else 0.0",
        "(precision + recall) / 2",
    ),
    "half of F1": ("2 * n_right / (", "n_right / ("),
    "1 where nothing was said": ("if n_predicted else 0.0", "if n_predicted else 1.0"),
    "1 where nothing is there": ("if n_gold else 0.0", "if n_gold else 1.0"),
    "the support of what was said": (
        "Scores(precision, recall, f1, n_gold)",
        "Scores(precision, recall, f1, n_predicted)",
    ),
    "accuracy of one more": (") / len(gold)\n", ") / (len(gold) + 1)\n"),
    "the table transposed": ("pairs[g, p] for p in names", "pairs[p, g] for p in names"),
    "rows for columns": ("columns = list(zip(*self.counts, strict=True))", "columns = self.counts"),
    "macro F1 by support": (
        "sum(score.f1 for score in scores) / len(scores)",
        "sum(s.f1 * s.support for s in scores) / max(1, sum(s.support for s in scores))",
    ),
    "zeros printed": ('str(count) if count else "."', "str(count)"),
    "precision for recall": ("{scores[label].recall:.1%}", "{scores[label].precision:.1%}"),
    "the table not aligned": ("cell.rjust(width)", "cell"),
    "classes of the truth only": ("sorted({*gold, *predicted})", "sorted({*gold})"),
    "unknown classes dropped": (
        "if unknown := {*gold, *predicted} - set(names):",
        "if unknown := set():",
    ),
    "unknown predictions dropped": (
        "if unknown := {*gold, *predicted} - set(names):",
        "if unknown := {*gold} - set(names):",
    ),
    "wished labels sorted": ("else list(labels)", "else sorted(labels)"),
    "a label twice": ("if len(set(names)) != len(names):", "if not names:"),
}

ENTITIES: dict[str, Edit] = {
    "I- after O begins nothing": (
        "if name and not kind:",
        'if name and not kind and tag[0] == "B":',
    ),
    "I- of another type goes on": (
        'if kind and (name != kind or tag.startswith("B-")):',
        'if kind and (not name or tag.startswith("B-")):',
    ),
    "B- goes on": (' or tag.startswith("B-")', ""),
    "the last entity lost": ('[*tags, "O"]', "[*tags]"),
    "the end included": ("Entity(kind, start, index)", "Entity(kind, start, index - 1)"),
    "any tag goes": (
        'if tag != "O" and (tag[:2] not in ("B-", "I-") or len(tag) == 2):',
        "if False:",
    ),
    "no name is a name": (" or len(tag) == 2", ""),
    "the type does not count": (
        "there, said = set(entities(its_gold)), set(entities(its_predicted))",
        "there, said = set(entities(its_gold)), set(entities(its_predicted))\n"
        "        there, said = ({Entity('A', e.start, e.end) for e in s} for s in (there, said))",
    ),
    "the end does not count": (
        "there, said = set(entities(its_gold)), set(entities(its_predicted))",
        "there, said = set(entities(its_gold)), set(entities(its_predicted))\n"
        "        there, said = ({Entity(e.kind, e.start, 0) for e in s} for s in (there, said))",
    ),
    "precision and recall swapped": (
        "scores_from_counts(n_right.total(), n_predicted.total(), n_gold.total())",
        "scores_from_counts(n_right.total(), n_gold.total(), n_predicted.total())",
    ),
    "kinds said in vain left out": ("sorted({*n_gold, *n_predicted})", "sorted(n_gold)"),
    "tags cut to the shorter": ("if len(its_gold) != len(its_predicted):", "if False:"),
}

ANSWERS: dict[str, Edit] = {
    "case counts": ("answer.lower()", "answer"),
    "punctuation counts": (".translate(_PUNCTUATION)", ""),
    "punctuation becomes a space": (
        'str.maketrans("", "", string.punctuation)',
        'str.maketrans(string.punctuation, " " * len(string.punctuation))',
    ),
    "articles count": ('re.sub(r"\\b(a|an|the)\\b", " ", text)', "text"),
    "articles inside words": ('r"\\b(a|an|the)\\b"', 'r"(a|an|the)"'),
    "articles glue": ('r"\\b(a|an|the)\\b", " "', 'r"\\b(a|an|the)\\b\\s*", ""'),
    "articles before punctuation": (
        "    text = answer.lower().translate(_PUNCTUATION)\n"
        '    return " ".join(re.sub(r"\\b(a|an|the)\\b", " ", text).split())',
        '    text = re.sub(r"\\b(a|an|the)\\b", " ", answer.lower())\n'
        '    return " ".join(text.translate(_PUNCTUATION).split())',
    ),
    "spaces count": (
        '" ".join(re.sub(r"\\b(a|an|the)\\b", " ", text).split())',
        're.sub(r"\\b(a|an|the)\\b", " ", text)',
    ),
    "all must match": ("return any(normalized", "return all(normalized"),
    "the worst counts": ("return max(", "return min("),
    "a word counts once": (
        "(Counter(predicted) & Counter(gold)).total()",
        "len({*predicted} & {*gold})",
    ),
    "half": ("return 2 * n_common", "return n_common"),
    "nothing is like nothing": (
        "if n_common else 0.0",
        "if n_common else float(predicted == gold)",
    ),
    "letters are answers": ("isinstance(gold, str) or ", ""),
    "the sum": (
        "f1=sum(token_f1(said, right) for said, right in pairs) / len(pairs)",
        "f1=sum(token_f1(said, right) for said, right in pairs)",
    ),
    "in percent": ("exact_match=sum(", "exact_match=100 * sum("),
}

CORRELATION: dict[str, Edit] = {
    "not centred": ("return np.asarray(x - x.mean())", "return x"),
    "covariance": ("/ math.sqrt(float(x @ x) * float(y @ y))", "/ len(x)"),
    "without the root": ("math.sqrt(float(x @ x) * float(y @ y))", "(float(x @ x) * float(y @ y))"),
    "the absolute value": ("min(1.0, max(-1.0, r))", "min(1.0, abs(r))"),
    "the square": ("min(1.0, max(-1.0, r))", "r * r"),
    "0 for equal numbers": ("return math.nan", "return 0.0"),
    "equal truths not seen": ("if x.min() == x.max() or y.min()", "if y.min()"),
    "equal predictions not seen": (" or y.min() == y.max():", ":"),
    "squares overflow": ("x = np.ldexp(x, -exponent)", "pass"),
    "nearly equal numbers": ("x = x - x.min()", "pass"),
    "equal ranks by place": (
        "np.asarray((last - (counts - 1) / 2)[which])",
        "np.argsort(np.argsort(x, kind='stable')) + 1.0",
    ),
    "equal ranks at the top": ("(last - (counts - 1) / 2)[which]", "last[which] * 1.0"),
    "equal ranks at the bottom": (
        "(last - (counts - 1) / 2)[which]",
        "(last - counts + 1.0)[which]",
    ),
    "dense ranks": ("(last - (counts - 1) / 2)[which]", "which * 1.0"),
    "ranks of one only": (
        '_ranks(_finite("predicted", predicted))',
        '_finite("predicted", predicted)',
    ),
    "nan gets through": ("np.isfinite(array).all()", "np.isfinite(array).any()"),
    "tables get through": ("if array.ndim != 1:", "if array.ndim == 7:"),
}

BLEU: dict[str, Edit] = {
    "tokenised once more": ('tokenize="none", ', ""),
    "case does not count": ('tokenize="none"', 'tokenize="none", lowercase=True'),
    "no smoothing": ('tokenize="none"', 'tokenize="none", smooth_method="none"'),
    "a fraction": ("float(score.score)", "float(score.score) / 100"),
    "sides swapped": (
        "corpus_score(list(hypotheses), [list(references)])",
        "corpus_score(list(references), [list(hypotheses)])",
    ),
    "the mean over sentences": (
        "    return float(score.score)",
        '    own = BLEU(tokenize="none", force=True, effective_order=True)\n'
        "    return sum(\n"
        "        own.sentence_score(h, [r]).score for h, r in zip(hypotheses, references)\n"
        "    ) / len(hypotheses)",
    ),
    "unequal numbers": (
        "if len(hypotheses) != len(references):",
        "if len(hypotheses) < len(references):",
    ),
    "no sentence": ("if not hypotheses:", "if hypotheses is None:"),
    "another extra": ("tinytf[bleu]", "tinytf[metrics]"),
}

MISTAKES: dict[str, dict[str, Edit]] = {
    "checks": CHECKS,
    "classification": CLASSIFICATION,
    "entities": ENTITIES,
    "answers": ANSWERS,
    "correlation": CORRELATION,
    "bleu": BLEU,
}
