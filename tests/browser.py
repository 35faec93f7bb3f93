"""Chromium without a window, and axe-core, for the tests of pages; both are optional."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_PLACES = ("node_modules", "/usr/lib/node_modules", "/usr/share/nodejs", "/usr/share/javascript")


def chromium() -> str:
    """The browser's command; skips the test where there is none."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    return found


def axe_core() -> str:
    """The source of axe-core; skips the test where it is not installed."""
    named = os.environ.get("NODE_PATH", "").split(os.pathsep)
    for place in filter(None, (*named, *_PLACES)):
        path = Path(place) / "axe-core" / "axe.min.js"
        if path.is_file():
            return path.read_text(encoding="utf-8")
    pytest.skip("axe-core is not installed: npm install axe-core, or set NODE_PATH")


def violations(page: str, *, width: int = 1000, dark: bool = False) -> list[dict[str, Any]]:
    """What axe-core finds serious or critical about the page in this width and colour scheme."""
    run = (
        "axe.run().then(found => {const e = document.createElement('script');"
        "e.type = 'application/json'; e.id = 'found';"
        "e.textContent = JSON.stringify(found.violations.map(v => ({id: v.id, impact: v.impact,"
        "nodes: v.nodes.map(n => n.html.slice(0, 200) + ' ' + n.failureSummary)}))).replace(/</g, '\\\\u003c');"
        "document.body.append(e)})"
    )
    script = axe_core().replace("</script", "<\\/script")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        # everything that is folded is unfolded, so that it is looked at too
        opened = page.replace("<details>", "<details open>")
        path.write_text(opened.replace("</body>", f"<script>{script}</script><script>{run}</script></body>"), "utf-8")
        document = in_browser(path, "--dump-dom", width=width, dark=dark).decode("utf-8")
    found = re.search(r'<script type="application/json" id="found">(.*?)</script>', document, re.S)
    assert found, "axe-core did not run"
    return [each for each in json.loads(found[1]) if each["impact"] in ("serious", "critical")]


def in_browser(path: Path, *arguments: str, width: int = 1000, height: int = 900, dark: bool = False) -> bytes:
    """What Chromium prints about the page with these arguments."""
    scheme = ["--blink-settings=preferredColorScheme=0"] if dark else ["--blink-settings=preferredColorScheme=1"]
    with tempfile.TemporaryDirectory() as profile:
        command = [
            chromium(), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
            "--disable-background-networking", f"--user-data-dir={profile}", f"--window-size={width},{height}",
            "--virtual-time-budget=20000", *scheme, *arguments, path.resolve().as_uri(),
        ]  # fmt: skip
        return subprocess.run(command, check=True, capture_output=True, timeout=120).stdout
