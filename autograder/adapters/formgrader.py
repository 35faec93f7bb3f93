"""nbgrader's formgrader on a course: JupyterLab's server, started in the course folder with the course's settings."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def command(root: Path, *, browser: bool = True, port: int = 0, token: str | None = None) -> list[str]:
    """The command line that opens formgrader on the course at ``root``; run it with that folder as the current one,
    where nbgrader_config.py leads nbgrader to the course's configuration."""
    arguments = [sys.executable, "-m", "jupyter", "lab", f"--ServerApp.root_dir={root}"]
    arguments.append("--ServerApp.default_url=/formgrader/manage_assignments")
    arguments.append("--ServerApp.jpserver_extensions={'nbgrader.server_extensions.formgrader': True}")
    if os.geteuid() == 0:  # Jupyter asks root to say so
        arguments.append("--allow-root")
    if not browser:
        arguments.append("--no-browser")
    if port:
        arguments += [f"--port={port}", "--ServerApp.port_retries=0"]
    if token is not None:
        arguments.append(f"--IdentityProvider.token={token}")
    return arguments
