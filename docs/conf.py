"""How the manual is built: `make docs`, with warnings as errors.

Pages of the reference are made from the code first, so that they cannot drift from what the program does.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "reference"))

from generate import write_pages

import sim

project, author, release = "rare-earth-sim", "the authors of rare-earth-sim", sim.__version__
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["reference/results_head.md"]
html_theme, html_title = "furo", "rare-earth-sim"
html_copy_source = html_show_sphinx = False
myst_heading_anchors = 4
nb_execution_mode, nb_execution_raise_on_error, nb_execution_in_temp = "force", True, True
nb_execution_timeout = 300
autodoc_member_order = "bysource"

write_pages(HERE / "reference")
