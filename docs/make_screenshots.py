"""Makes docs/pictures with Chromium: python docs/make_screenshots.py [--course demo]

``demo`` is the folder that `autograder demo` made. Needs chromium on the PATH.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from autograder.report.code import code_html, code_style  # noqa: E402
from autograder.report.page import page  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
WRONG = '''def matvec(A, x):
    """Matrix-vector product y_i = A_ij x_j."""
    return A @ x if A.shape[0] != A.shape[1] else np.einsum("ij,i->j", A, x)
'''


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--course", type=Path, default=ROOT / "demo")
    course: Path = parser.parse_args().course.resolve()
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        check = Path(folder) / "check.html"
        check.write_text(check_page(course / "release" / "lecture1"), encoding="utf-8")
        shoot(check, "check", 900, 480)
    shoot(course / "feedback" / "bela" / "lecture1" / "challenge2_svd_energy.html", "feedback", 500, 1100)
    subprocess.run([Path(sys.executable).with_name("autograder"), "report", "lecture1"], cwd=course, check=True)
    shoot(course / "reports" / "lecture1.html", "report", 1000, 1150)
    shoot_formgrader(course)


def shoot_formgrader(course: Path) -> None:
    """A written answer with its rubric, as a TA sees it in formgrader."""
    from playwright.sync_api import sync_playwright

    from autograder.adapters.formgrader import command

    port = 8899
    address = f"http://127.0.0.1:{port}/formgrader/gradebook/lecture1/challenge2_svd_energy"
    server = subprocess.Popen(
        command(course, browser=False, port=port, token=""),
        cwd=course,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(60):
            try:
                urllib.request.urlopen(address, timeout=5)
                break
            except OSError:
                time.sleep(0.5)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
            page_ = browser.new_page(viewport={"width": 1000, "height": 800})
            page_.goto(address)
            page_.click("table tbody tr a")
            page_.wait_for_load_state("networkidle")
            page_.get_by_text("Rubric", exact=True).first.scroll_into_view_if_needed()
            page_.mouse.wheel(0, 350)
            page_.wait_for_timeout(500)
            page_.screenshot(path=PICTURES / "formgrader.png")
            browser.close()
    finally:
        server.terminate()
        server.wait(20)
    shrink(PICTURES / "formgrader.png")


def check_page(release: Path) -> str:
    """A cell with a wrong answer and what its check shows, made by the released files alone."""
    notebook = json.loads((release / "challenge1_tensor_contraction.ipynb").read_text(encoding="utf-8"))
    imports = next("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code")
    program = f"{imports}\n{WRONG}\nprint(check('matvec')._repr_html_())"
    environment = {**os.environ, "PYTHONPATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=release, env=environment, check=True, capture_output=True, text=True
    )
    cell, call = code_html(WRONG), code_html('check("matvec")')
    body = f'{cell}{call}<div class="check">{done.stdout}</div>'
    return page("check", body, code_style() + ".check td { white-space: nowrap; }")


def shoot(source: Path, name: str, width: int, height: int) -> None:
    """One picture of the top of a page."""
    target = PICTURES / f"{name}.png"
    with tempfile.TemporaryDirectory() as profile:
        command = [
            chromium(), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
            "--disable-background-networking", f"--user-data-dir={profile}", f"--window-size={width},{height}",
            f"--screenshot={target}", source.as_uri(),
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    shrink(target)


def chromium() -> str:
    return next(found for each in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(each)))


def shrink(target: Path) -> None:
    """Few colours, so that the file stays small."""
    with Image.open(target) as picture:
        picture.convert("RGB").quantize(64).save(target, optimize=True)
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
