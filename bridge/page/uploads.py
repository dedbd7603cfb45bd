"""Characters that pages send: bounded, private, read by Python before any browser.

A page says `upload begin` with name and size, sends parts in order as binary messages,
and says `upload end`. The file lies in a folder of this user alone and is deleted once
it has been read.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import threading
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO, Final

from bridge.characters.chosen import absent
from bridge.characters.mapping_file import SUFFIX, load_mapping
from bridge.characters.open import SUFFIXES
from bridge.clock import ClockNs, monotonic_ns
from bridge.errors import BridgeError, ConfigError
from protocols.errors import DecodeError
from protocols.gltf.checks import LARGEST
from protocols.page import decode_part

from .arguments import Arguments
from .jobs import Jobs
from .on_stage import OnStage
from .running import Verbs
from .upload_reading import ReadUpload, Uploaded, read_upload
from .visitor import Reply, Visitor

MOST: Final = 4
"""Uploads at the same time, of all pages."""
STALE_NS: Final = 60_000_000_000
"""An upload without a part for so long makes room for another."""
READING_S: Final = 120.0
"""Most seconds that reading a file may take."""
NUMBERS: Final = 65_536

_UNFIT: Final = re.compile(r'[:*?"<>|]')
"""Characters that no file name may have on Windows."""


@dataclass(slots=True)
class _Upload:
    number: int
    visitor: Visitor
    name: str
    size: int
    path: Path
    file: BinaryIO
    got: int = 0
    at_ns: int = 0


class Uploads:
    """Takes files of characters and puts them on stage. From any thread."""

    def __init__(
        self,
        on_stage: OnStage,
        jobs: Jobs,
        folder: Path,
        clock_ns: ClockNs = monotonic_ns,
    ) -> None:
        """Expect files.

        Args:
            on_stage: shows the characters.
            jobs: reads the files.
            folder: where mappings of uploaded characters are saved.
            clock_ns: monotonic nanoseconds.
        """
        self._on = on_stage
        self._jobs = jobs
        self._save_in = folder
        self._clock_ns = clock_ns
        self._lock = threading.Lock()
        self._numbers = count(1)
        self._open: dict[int, _Upload] = {}
        self._folder: Path | None = None

    def verbs(self) -> Verbs:
        """Return the verbs that this part does."""
        return {"upload begin": self._begin, "upload end": self._end}

    def left(self, visitor: Visitor) -> None:
        """Delete what a closed page has begun to send."""
        with self._lock:
            for upload in [u for u in self._open.values() if u.visitor is visitor]:
                self._drop(upload)

    def close(self) -> None:
        """Delete everything. Safe to call twice."""
        with self._lock:
            for upload in list(self._open.values()):
                self._drop(upload)
            folder, self._folder = self._folder, None
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    def part(self, data: bytes, visitor: Visitor) -> None:
        """Take a part. One that is wrong ends its upload, and the page is told."""
        upload: _Upload | None = None
        try:
            part = decode_part(data)
            with self._lock:
                upload = self._of(part.upload, visitor)
                if part.offset != upload.got:
                    raise ConfigError(
                        f"a part begins at byte {part.offset}, expected {upload.got}"
                    )
                if upload.got + len(part.data) > upload.size:
                    raise ConfigError(f"it has more than its {upload.size} bytes")
                upload.file.write(part.data)
                upload.got += len(part.data)
                upload.at_ns = self._clock_ns()
        except (BridgeError, DecodeError, OSError) as error:
            if upload is not None:
                with self._lock:
                    self._drop(upload)
            visitor.tell(_ended("upload", f"the upload was ended: {error}"))

    def _begin(self, given: Arguments, visitor: Visitor) -> Reply:
        name = given.text("name", longest=128)
        size = given.whole("size", 1, 1 << 62)
        given.end()
        plain = Path(name.replace("\\", "/")).name
        suffix = Path(plain).suffix.lower()
        stem = _UNFIT.sub("_", Path(plain).stem).strip(" .")
        if suffix not in SUFFIXES or not stem:
            raise ConfigError(
                f"{plain}: is no character; expected a file {', '.join(SUFFIXES)}"
            )
        if size > LARGEST:
            raise ConfigError(f"{plain}: has {size} bytes, at most {LARGEST}")
        with self._lock:
            self._make_room()
            number = next(self._numbers) % NUMBERS
            try:
                path = self._private() / f"{number}{suffix}"
                file = path.open("xb")
            except OSError as error:
                raise ConfigError(f"{plain}: cannot be kept ({error})") from None
            self._open[number] = _Upload(
                *(number, visitor, stem, size, path, file),
                at_ns=self._clock_ns(),
            )
        return Reply(True, f"send {plain}", {"upload": number})

    def _end(self, given: Arguments, visitor: Visitor) -> Reply:
        number = given.whole("upload", 0, NUMBERS - 1)
        given.end()
        with self._lock:
            upload = self._of(number, visitor)
            upload.file.close()
            if upload.got != upload.size:
                self._drop(upload)
                raise ConfigError(
                    f"{upload.name}: {upload.got} bytes of {upload.size} arrived; send "
                    "it again"
                )
            # The job owns the file from here on.
            del self._open[number]

        try:
            job = self._jobs.begin(
                f"reading {upload.name}",
                read_upload,
                Uploaded(upload.path, upload.name),
                partial(self._show, upload.name),
                READING_S,
                last=partial(upload.path.unlink, missing_ok=True),
            )
        except BridgeError:
            upload.path.unlink(missing_ok=True)
            raise
        return Reply(True, f"reading {upload.name}", {"job": job})

    def _show(self, name: str, found: ReadUpload) -> str:
        """Put a character on stage, with the mapping that was saved for its name."""
        file, mapping = self._save_in / f"{name}{SUFFIX}", found.mapping
        told = [f"shows {name}"]
        if file.is_file():
            mapping = load_mapping(file)
            told.append(f"by the mapping in {file}")
            told += absent(found.character, mapping, "it")
        self._on.show(found.character, mapping, found.data, file)
        return "; ".join([*told, *found.alarms])

    def _private(self) -> Path:
        """Return a folder that only this user can read."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="facewire-"))
        return self._folder

    def _of(self, number: int, visitor: Visitor) -> _Upload:
        upload = self._open.get(number)
        if upload is None or upload.visitor is not visitor:
            raise ConfigError(f"there is no upload {number}; begin it again")
        return upload

    def _make_room(self) -> None:
        for upload in list(self._open.values()):
            if self._clock_ns() - upload.at_ns > STALE_NS:
                self._drop(upload)
        if len(self._open) >= MOST:
            raise ConfigError(
                f"{MOST} files are being sent already; wait until one has arrived"
            )

    def _drop(self, upload: _Upload) -> None:
        self._open.pop(upload.number, None)
        upload.file.close()
        upload.path.unlink(missing_ok=True)


def _ended(title: str, sentence: str) -> dict[str, Any]:
    return {
        "type": "progress",
        "job": 0,
        "title": title,
        "share": 1.0,
        "done": True,
        "ok": False,
        "sentence": sentence,
    }
