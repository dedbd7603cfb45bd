"""The commands that install what is missing, to be pasted as they stand.

facewire is on no package index, so `pip install "facewire[openvino]"` works nowhere but
in its own environment. A checkout is installed again with the extra; from a wheel, the
packages are named for which the extra stands.
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
    """Of the environment."""
    folder: PurePath
    """The working folder: commands are shorter within it."""
    checkout: PurePath | None
    """The folder with pyproject.toml; None where a wheel is installed."""
    requires: tuple[str, ...]
    """What the package says it needs, extras included."""
    windows: bool

    def pip(self, *arguments: str) -> str:
        """Return a command line for pip in this environment."""
        python = _within(self.folder, self.python)
        if self.windows:
            # PowerShell takes a quoted path for a text, unless it is called.
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

    So that the full stop behind it is not pasted with it.
    """
    told, run, command = sentence.partition("run: ")
    return f"{told}run `{command.replace(', then ', '`, then `')}`" if run else told


def _is_ours(project: Path) -> bool:
    """Return whether a pyproject.toml is facewire's: wheels may leave theirs about."""
    try:
        return b'\nname = "facewire"' in project.read_bytes()
    except OSError:
        return False


def _within(folder: PurePath, path: PurePath) -> str:
    """Return a path as it is written from a folder, where it lies in that."""
    if not path.is_relative_to(folder):
        return str(path)
    near = path.relative_to(folder)
    if len(near.parts) != 1:  # none is the folder itself
        return str(near)
    # Without a separator it would be taken for a name.
    return f"./{near}" if isinstance(path, PurePosixPath) else f".\\{near}"


def _quoted(text: str) -> str:
    # Every shell knows double quotes; < and [ mean something to some of them.
    return text if re.fullmatch(r"[\w.=-]+", text) else f'"{text}"'
