"""Settings of the site that Sphinx builds of these pages; `tools/docs` runs it."""  # noqa: INP001

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# What the site adds to the pages is code of the repository's tools.
sys.path.insert(0, str(ROOT / "tools"))

project = "CodeAnatomy"
html_show_copyright = False
html_show_sphinx = False

extensions = [
    "autoapi.extension",
    "myst_parser",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "repository.site.extension",
]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["conftest.py", "example", "kitchen", "shop", "_static"]

# Every heading that a link can name, as a forge makes its anchors.
myst_heading_anchors = 3
myst_links_external_new_tab = False
# The text of a docstring between backticks is code, as in Markdown.
default_role = "code"
highlight_language = "text"
pygments_style = "default"

# The reference is read from the sources: no engine has to be compiled, and none is imported.
autoapi_type = "python"
autoapi_dirs = [
    str(ROOT / "packages/engine-py/src"),
    str(ROOT / "packages/testkit/src"),
    str(ROOT / "packages/engine-native/python"),
]
autoapi_root = "api"
autoapi_file_patterns = ["*.pyi", "*.py"]
autoapi_add_toctree_entry = False
autoapi_options = ["members", "show-inheritance", "imported-members"]
autoapi_member_order = "groupwise"
autoapi_python_class_content = "class"
autoapi_keep_files = False
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
# The head of a page has the module; a type is a link that leads to its own.
add_module_names = False
python_use_unqualified_type_names = True

html_theme = "pydata_sphinx_theme"
html_title = "CodeAnatomy"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = ["sortable.js"]
html_copy_source = False
html_show_sourcelink = False
# As the reader's system has it, light or dark.
html_context = {"default_mode": "auto"}
html_theme_options = {
    "logo": {"text": "CodeAnatomy"},
    "header_links_before_dropdown": 6,
    "navigation_depth": 3,
    "show_toc_level": 2,
    "navbar_end": ["theme-switcher"],
    "secondary_sidebar_items": {"**": ["page-toc"], "index": []},
    "footer_start": [],
    "footer_end": [],
    "back_to_top_button": False,
}
# The start page says itself where to go.
html_sidebars = {"index": []}

# Prompts are for reading, not for pasting.
copybutton_prompt_text = r">>> |\.\.\. |\$ |> "
copybutton_prompt_is_regexp = True
