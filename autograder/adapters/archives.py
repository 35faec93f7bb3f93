"""Reading zips that may have been made to do harm: nothing is unpacked, notebooks are read within bounds."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from autograder.notebooks.read import LARGEST

MOST_ENTRIES = 50_000
LARGEST_ZIP = 20_000_000_000
"""Bytes of everything in a zip, unpacked."""

HIGHEST_RATIO = 250
"""Beyond this, a file of more than a megabyte was made to grow: deflate reaches 1032, a notebook about 20."""


class HostileZip(ValueError):
    """A zip that is refused; the sentence says why. Nothing of it was written."""


@dataclass(frozen=True)
class Member:
    """A file in a zip: its path, its bytes, when the zip says that it was changed, and the zip within that it is in."""

    path: str
    content: bytes
    changed: datetime
    within: str = ""

    @property
    def name(self) -> str:
        return PurePosixPath(self.path).name


def members(path: Path, refused: list[str]) -> Iterator[Member]:
    """The notebooks (and Gradescope's list of who handed in what), those in zips that students handed in too.

    Raises HostileZip before the first one is read where the zip itself cannot be used; a zip in it that cannot be used
    is left out, and named in ``refused``.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
        raise HostileZip(f"{path.name} is no zip that can be read: {error}.") from None
    with archive:
        check(archive, path.name)
        for entry in archive.infolist():
            if entry.is_dir() or _is_rubbish(entry.filename):
                continue
            if entry.filename.lower().endswith(".zip"):
                yield from _within(archive, entry, path.name, refused)
            elif entry.filename.lower().endswith((".ipynb", "submission_metadata.yml")):
                content = _read(archive, entry, path.name, refused)
                if content is not None:
                    yield Member(entry.filename, content, _changed(entry))


def check(archive: zipfile.ZipFile, name: str) -> None:
    """Raises HostileZip for paths that lead out, links, encryption, or sizes that only a bomb has."""
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise HostileZip(f"{name} has {len(entries)} entries, more than {MOST_ENTRIES}.")
    for entry in entries:
        where = PurePosixPath(entry.filename.replace("\\", "/"))
        if where.is_absolute() or ".." in where.parts or ":" in (where.parts[:1] or ("",))[0][1:2]:
            raise HostileZip(f"{name} is refused: the path {entry.filename!r} leads out of the folder.")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise HostileZip(f"{name} is refused: {entry.filename!r} is a link.")
        if entry.flag_bits & 1:
            raise HostileZip(f"{name} is refused: {entry.filename!r} is encrypted.")
        if entry.file_size > max(1_000_000, HIGHEST_RATIO * entry.compress_size):
            said = f"{entry.filename!r} grows from {entry.compress_size} to {entry.file_size} bytes"
            raise HostileZip(f"{name} is refused: {said}, as a zip bomb does.")
    total = sum(entry.file_size for entry in entries)
    if total > LARGEST_ZIP:
        raise HostileZip(f"{name} is refused: it holds {total / 1e9:.0f} GB, more than {LARGEST_ZIP / 1e9:.0f} GB.")


def _within(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, refused: list[str]) -> Iterator[Member]:
    content = _read(archive, entry, name, refused)
    if content is None:
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as inner:
            check(inner, entry.filename)
            for each in inner.infolist():
                if each.filename.lower().endswith(".ipynb") and not each.is_dir() and not _is_rubbish(each.filename):
                    text = _read(inner, each, entry.filename, refused)
                    if text is not None:
                        yield Member(each.filename, text, _changed(each), within=entry.filename)
    except HostileZip as error:
        refused.append(str(error))
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
        refused.append(f"{entry.filename} is no zip that can be read: {error}.")


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, refused: list[str]) -> bytes | None:
    if entry.file_size > LARGEST:
        refused.append(f"{name}: {entry.filename} is larger than {LARGEST // 1_000_000} MB.")
        return None
    try:
        with archive.open(entry) as file:
            content = file.read(LARGEST + 1)
    except Exception as error:  # a damaged entry raises whatever its decompressor does
        refused.append(f"{name}: {entry.filename} cannot be read: {error}.")
        return None
    return content if len(content) <= LARGEST else None


def _changed(entry: zipfile.ZipInfo) -> datetime:
    try:
        return datetime(*entry.date_time)
    except ValueError:
        return datetime(1980, 1, 1)


def _is_rubbish(path: str) -> bool:
    """What macOS and Jupyter add to a folder."""
    parts = PurePosixPath(path).parts
    return "__MACOSX" in parts or ".ipynb_checkpoints" in parts or PurePosixPath(path).name.startswith("._")
