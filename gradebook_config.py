"""The configuration of the course, for this project and for nbgrader alike (nbgrader: --config gradebook_config.py)."""

import os

c = get_config()  # noqa: F821 (given to this file; one imported from traitlets would be lost)

here = os.path.dirname(os.path.abspath(__file__))

# --- the course, as nbgrader and formgrader know it, whichever folder they are started from ---
c.CourseDirectory.course_id = "mathematics-of-generative-ai"
c.CourseDirectory.root = here
c.CourseDirectory.source_directory = ".build/source"  # made from source/ by `autograder release`
c.CourseDirectory.db_url = f"sqlite:///{here}/gradebook.db"
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "autograder", "*.cases.json"]
c.ClearSolutions.code_stub = {"python": "raise NotImplementedError"}
c.ClearMarkScheme.enforce_metadata = False
c.ExecutePreprocessor.timeout = 600

# --- dates and late policy (times in UTC) ---
c.Autograder.due = {}
c.Autograder.late = {"grace_minutes": 15, "penalty_per_day": 0.1, "cap": 0.5}
c.Autograder.extensions = {}  # {"lecture1": {"student": days}}

# --- limits of one submission ---
c.Autograder.cell_seconds = 60.0
c.Autograder.call_seconds = 20.0
c.Autograder.notebook_seconds = 600.0
c.Autograder.memory = 4 * 2**30
c.Autograder.processes = 64
c.Autograder.scratch = 256_000_000
c.Autograder.cell_output = 1_000_000
c.Autograder.notebook_output = 10_000_000
c.Autograder.value = 64_000_000

# --- how grading runs ---
c.Autograder.device = "cpu"  # auto, cpu or cuda
c.Autograder.workers = 0  # submissions at a time; 0: one a core
c.Autograder.confinement = ""  # insist on bubblewrap or restricted; empty: the strongest there is
c.Autograder.warm = ["scipy", "torch", "torch.optim", "torchvision"]  # imported once, before forks, where used
c.Autograder.inputs_per_student = False  # hidden inputs drawn for each student alone
c.Autograder.secret_file = ".autograder-secret"  # made on first use; keep it out of version control
