"""Languages of code blocks that the highlighter does not know.

In: nothing. Out: PromQL and CSV shown as plain text, without a warning.
"""

from __future__ import annotations

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, bool]:
    for name in ("csv", "promql"):
        app.add_lexer(name, TextLexer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
