"""Archives whose bytes depend on nothing but the files in them.

Names are sorted, and times, owners and rights are constants. So two machines that pack
the same files get the same archive (with one version of zlib), and a package that did
not change is not written again.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Mapping
from typing import Final

MODE: Final = 0o644
"""The rights of every file: all may read it, and its owner may write it."""
PACKED_S: Final = 499_162_500
"""The time of every file of a tar: the one that npm gives, 1985-10-26 08:15 UTC."""
PACKED: Final = (1985, 10, 26, 8, 15, 0)
"""The same for a zip, whose times begin with 1980."""
LEVEL: Final = 9
UNIX: Final = 3
"""In a zip: the rights are those of Unix, also where Windows packs."""

Files = Mapping[str, bytes]
"""The contents of files by their names in the archive, which are parted by /."""


def tgz(files: Files) -> bytes:
    """Return a tar in gzip, as npm and Unity's package manager read it."""
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w", format=tarfile.USTAR_FORMAT) as file:
        for name in sorted(files):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode, entry.mtime = len(files[name]), MODE, PACKED_S
            file.addfile(entry, io.BytesIO(files[name]))
    return gzip.compress(tar.getvalue(), LEVEL, mtime=0)


def zipped(files: Files) -> bytes:
    """Return a zip."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, PACKED)
            entry.create_system, entry.external_attr = UNIX, MODE << 16
            file.writestr(entry, files[name], zipfile.ZIP_DEFLATED, LEVEL)
    return data.getvalue()
