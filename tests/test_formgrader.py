"""A TA reads a written answer in formgrader, in a real browser: what they give reaches gradebook and feedback."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.adapters.formgrader import command
from tests.test_grading import RIGHT, Class

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser; it is not installed")


@pytest.fixture
def classroom(tmp_path: Path) -> Class:
    made = Class(tmp_path)
    shutil.copy(ROOT / "nbgrader_config.py", made.root / "nbgrader_config.py")
    config = made.root / "gradebook_config.py"
    lines = f"c.CourseDirectory.root = {str(made.root)!r}\nc.CourseDirectory.source_directory = '.build/source'\n"
    config.write_text(config.read_text() + lines)
    made.submit("ada", RIGHT | {"question1": "Because ten and two make twelve."})
    made.grade()
    return made


@pytest.fixture
def address(classroom: Class) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = command(classroom.root, browser=False, port=port, token="")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    server = subprocess.Popen(arguments, cwd=classroom.root, env=clean, **pipes)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{url}/formgrader/gradebook", timeout=5)
                break
            except OSError:
                assert server.poll() is None, server.stdout and server.stdout.read().decode()
                time.sleep(0.5)
        yield url
    finally:
        server.terminate()
        server.wait(20)


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian: apt-get install chromium)")
def test_points_and_comment_given_in_formgrader_reach_gradebook_and_feedback(classroom: Class, address: str) -> None:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        page = browser.new_page()
        page.goto(f"{address}/formgrader/gradebook/lecture9/toy")
        page.click("table tbody tr a")
        page.wait_for_selector("textarea.comment")
        page.wait_for_load_state("networkidle")  # only then does formgrader listen to its boxes
        assert "Because ten and two make twelve." in page.content()
        assert "Rubric" in page.content()
        box = page.locator("input.score:not([disabled])").last
        with page.expect_response(lambda answer: "/api/grade/" in answer.url and answer.request.method == "PUT"):
            box.fill("1.5")
            box.press("Tab")
        comment = page.locator("textarea.comment").last
        with page.expect_response(lambda answer: "/api/comment/" in answer.url and answer.request.method == "PUT"):
            comment.fill("Say why twelve.")
            comment.press("Tab")
        browser.close()
    with Gradebook(classroom.url) as book:
        assert book.find_grade("question1", "toy", "lecture9", "ada").manual_score == 1.5
        assert book.find_comment("question1", "toy", "lecture9", "ada").manual_comment == "Say why twelve."
    classroom.grade()
    feedback = (classroom.root / "feedback/ada/lecture9/toy.html").read_text()
    assert "Say why twelve." in feedback and "1.5" in feedback
