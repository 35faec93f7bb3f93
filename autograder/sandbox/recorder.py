"""What a cell shows: its prints, displays, results and errors, bounded, in the form that notebooks store."""

from __future__ import annotations

import io
from typing import Any

from autograder import messages


class Recorder:
    """Collects the outputs of one cell after the other; past a limit a sentence says that the rest is cut."""

    def __init__(self, cell_limit: int, notebook_limit: int) -> None:
        self._cell_limit = cell_limit
        self._left = self._limit = notebook_limit
        self.start_cell()

    def start_cell(self) -> None:
        self.outputs: list[dict[str, Any]] = []
        self._used = 0
        self._cut = False

    def add_stream(self, name: str, text: str) -> None:
        text = self._bounded(text)
        if not text:
            return
        last = self.outputs[-1] if self.outputs else {}
        if last.get("output_type") == "stream" and last.get("name") == name:
            last["parts"].append(text)
        else:
            self.outputs.append({"output_type": "stream", "name": name, "parts": [text]})

    def add(self, output: dict[str, Any]) -> None:
        size = len(repr(output))
        if self._used + size > min(self._cell_limit, self._left):
            self._say_cut()
        else:
            self._used += size
            self._left -= size
            self.outputs.append(output)

    def finished(self) -> list[dict[str, Any]]:
        """The outputs of the cell, streams joined."""
        done = []
        for output in self.outputs:
            if output["output_type"] == "stream":
                output = {"output_type": "stream", "name": output["name"], "text": "".join(output["parts"])}
            done.append(output)
        return done

    def _bounded(self, text: str) -> str:
        room = min(self._cell_limit - self._used, self._left)
        if len(text) > room:
            text = text[: max(room, 0)]
            self._used += len(text)
            self._left -= len(text)
            if text:
                self.outputs.append({"output_type": "stream", "name": "stdout", "parts": [text]})
            self._say_cut()
            return ""
        self._used += len(text)
        self._left -= len(text)
        return text

    def _say_cut(self) -> None:
        if not self._cut:
            self._cut = True
            of_cell = self._left > 0
            limit = f"{(self._cell_limit if of_cell else self._limit) / 1e6:g} MB a {'cell' if of_cell else 'notebook'}"
            notice = messages.output_cut(limit)
            self.outputs.append({"output_type": "stream", "name": "stdout", "parts": [notice]})


class RecordedStream(io.TextIOBase):
    """A sys.stdout or sys.stderr that writes into a recorder."""

    def __init__(self, recorder: Recorder, name: str) -> None:
        self._recorder = recorder
        self._name = name

    encoding = "utf-8"

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._recorder.add_stream(self._name, str(text))
        return len(text)

    def isatty(self) -> bool:
        return False
