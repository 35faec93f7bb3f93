"""Found by nbgrader and formgrader when they are started in this folder."""

import os

from traitlets.config import get_config

c = get_config()
load_subconfig(os.path.join(os.path.dirname(os.path.abspath(__file__)), "gradebook_config.py"))  # noqa: F821
