"""What the words of the page mean, and links to that."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_TEXT = "https://arxiv.org/abs/2406.11779"

GLOSSARY = {
    "bound": Markup("So many inputs, at least, are answered correctly: what is stated."),
    "operations": Markup(
        "The length of a proof: operations on naturals in the check that Lean's kernel evaluates, every 256 binary"
        " digits of a packed row counted."
    ),
    "EQKE": Markup(
        "The scores of tokens before softmax, <code>W_E W_Q W_Kᵀ W_Eᵀ</code>, the query with its position: how much"
        " each query token attends to each key token."
    ),
    "direct path": Markup(
        "EU, <code>W_E W_U</code>: what the query's own token says about outputs, without attention."
    ),
    "OV": Markup(
        "EVOU, <code>W_E W_V W_O W_U</code>: what a token says about outputs where it is attended to."
    ),
    "the reference": Markup(
        f'The unchecked float32 proofs of Gross et al., <a href="{_TEXT}">Compact Proofs of Model Performance via'
        " Mechanistic Interpretability</a>."
    ),
    "unexplained dimension": Markup(
        'How many numbers the case analysis of a proof takes as they are, counted as <a href="#the-reference">the'
        " reference</a> does: of brute force the logits of all inputs."
    ),
}
"""In the order in which they are explained."""


def anchor(term: str) -> str:
    """Where on the page a term is explained."""
    return term.lower().replace(" ", "-")


def linked(text: str) -> Markup:
    """The text, with a link from the first mention of each term."""
    found = str(escape(text))
    for term in sorted(GLOSSARY, key=len, reverse=True):
        found = re.sub(
            rf"(?<![\w#>-]){re.escape(term)}(?![\w<-])",
            f'<a href="#{anchor(term)}">{term}</a>',
            found,
            count=1,
        )
    return Markup(found)  # escaped above
