"""How the site is built from these pages: `./do docs`, or `python -m sphinx -W -b html docs build/site`.

In: the pages beside this file, the letters of the desk. Out: a folder of files that needs no network and no other host.
"""

from __future__ import annotations

import sys
from pathlib import Path

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS / "_ext"))

project = "syncd"
author = "the founders of syncd"
language = "en"
extensions = ["myst_parser", "folded_search", "state_diagram", "languages"]
exclude_patterns = ["_static", "_ext"]
html_theme = "furo"
html_title = "syncd"
html_static_path = ["_static", "../syncd/desk/static/vendor/be-vietnam-pro", "../syncd/desk/static/mark.svg"]
html_css_files = ["site.css"]
html_logo = "../syncd/desk/static/mark.svg"
html_favicon = "../syncd/desk/static/mark.svg"
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_search_language = "folded"
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0b5c94", "color-brand-content": "#0b5c94"},
    "dark_css_variables": {"color-brand-primary": "#6db7ee", "color-brand-content": "#8cc6f2"},
    "navigation_with_keys": True,
}
pygments_style = "friendly"
pygments_dark_style = "github-dark"
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
myst_fence_as_directive = ["mermaid"]
nitpicky = True
