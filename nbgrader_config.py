"""Found by nbgrader and formgrader when they are started in this folder."""

import os

c = get_config()  # noqa: F821 (given to this file; one imported from traitlets would be lost)
load_subconfig(os.path.join(os.path.dirname(os.path.abspath(__file__)), "gradebook_config.py"))  # noqa: F821
