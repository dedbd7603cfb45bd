"""Commands that install missing packages, ready to paste.

facewire is not on a package index, so `pip install "facewire[openvino]"` does not work.
A checkout is installed again with the extra. For a wheel, the command lists the
packages of the extra.
"""

from __future__ import annotations

import re
import shlex
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path, PurePath, PurePosixPath
from typing import Final

_EXTRA: Final = re.compile(r"""extra\s*==\s*["'](?P<name>[\w-]+)["']""")
_OWN: Final = re.compile(r"facewire\[(?P<names>[\w,\s-]+)\]")


@dataclass(frozen=True, slots=True)
class Installation:
    """Where facewire runs from."""

    python: PurePath
    """The interpreter of the environment."""
    folder: PurePath
    """The working folder; paths inside it are written relative to it."""
    checkout: PurePath | None
    """The folder with pyproject.toml; None where a wheel is installed."""
    requires: tuple[str, ...]
    """The requirements that the package declares, extras included."""
    windows: bool

    def pip(self, *arguments: str) -> str:
        """Return a command line for pip in this environment."""
        python = _within(self.folder, self.python)
        if self.windows:
            # PowerShell treats a quoted path as text unless "&" calls it.
            python = f'& "{python}"' if " " in python else python
        else:
            python = shlex.quote(python)
        return " ".join((python, "-m", "pip", *arguments))

    def install(self, *packages: str) -> str:
        """Return the command that installs packages from the index."""
        return self.pip("install", *(_quoted(package) for package in packages))

    def install_extra(self, extra: str) -> str:
        """Return the command that adds one of facewire's own extras."""
        if self.checkout is None:
            return self.install(*self._packages(extra))
        place = _within(self.folder, self.checkout)
        return self.pip("install", "--editable", _quoted(f"{place}[{extra}]"))

    def _packages(self, extra: str) -> list[str]:
        found: list[str] = []
        for text in self.requires:
            package, _, marker = text.partition(";")
            named = _EXTRA.search(marker)
            if named is None or named["name"] != extra:
                continue
            own = _OWN.fullmatch(package.strip())
            for other in own["names"].split(",") if own else ():
                found += self._packages(other.strip())
            if own is None:
                found.append(package.strip())
        return found


def here() -> Installation:
    """Return where this process runs from."""
    root = Path(__file__).resolve().parent.parent
    try:
        requires = tuple(metadata.requires("facewire") or ())
    except metadata.PackageNotFoundError:  # a checkout that was never installed
        requires = ()
    try:
        folder = Path.cwd()
    except OSError:  # it was deleted
        folder = root
    return Installation(
        python=Path(sys.executable or "python"),
        folder=folder,
        checkout=root if _is_ours(root / "pyproject.toml") else None,
        requires=requires,
        windows=sys.platform == "win32",
    )


def set_off(sentence: str) -> str:
    """Return a sentence with its "run: COMMAND" in quotes.

    The quotes keep the full stop after the command from being pasted with it.
    """
    told, run, command = sentence.partition("run: ")
    return f"{told}run `{command.replace(', then ', '`, then `')}`" if run else told


def _is_ours(project: Path) -> bool:
    """Return True if a pyproject.toml is facewire's; wheels may leave theirs in
    site-packages."""
    try:
        return b'\nname = "facewire"' in project.read_bytes()
    except OSError:
        return False


def _within(folder: PurePath, path: PurePath) -> str:
    """Return the path relative to the folder if it lies inside, else unchanged."""
    if not path.is_relative_to(folder):
        return str(path)
    near = path.relative_to(folder)
    if len(near.parts) != 1:  # 0 parts: the path is the folder itself
        return str(near)
    # Without a separator a shell would search for a command of that name.
    return f"./{near}" if isinstance(path, PurePosixPath) else f".\\{near}"


def _quoted(text: str) -> str:
    # Every shell understands double quotes; some treat < and [ specially.
    return text if re.fullmatch(r"[\w.=-]+", text) else f'"{text}"'
