"""Builds the C++ of the Unreal plugin's core and its programs of checks.

The core is engine-independent: any compiler of C++17 will do. Everything is built with
the address and the undefined-behaviour sanitizer, and with warnings as errors.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[2]
PLUGIN: Final = ROOT / "plugins" / "unreal" / "Facewire"
PRIVATE: Final = PLUGIN / "Source" / "Facewire" / "Private"
CORE: Final = PRIVATE / "Core"
PUBLIC: Final = PLUGIN / "Source" / "Facewire" / "Public"
STAND_IN: Final = HERE / "StandIn"
GOLDEN: Final = ROOT / "tests" / "data" / "native"

Programs = Callable[[str], Path]
"""Gives the path of a program of this folder, built when it is first asked for."""

COMPILE_S: Final = 240
"""Longest time of one call of a compiler, on a busy machine."""

WARNINGS: Final = ("-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Werror")
"""Unreal builds with shadowing and narrowing as errors, too."""
# Unreal builds without both.
PLAIN: Final = ("-fno-exceptions", "-fno-rtti")
SANITIZED: Final = (
    *("-O0", "-fsanitize=address,undefined"),
    "-fno-sanitize-recover=all",
)
FAST: Final = ("-O2",)


def compilers() -> list[str]:
    """Return the compilers of this machine that the tests may use."""
    if sys.platform == "win32":
        return []
    return [name for name in ("g++", "clang++") if shutil.which(name)]


def sanitizes(compiler: str, folder: Path) -> bool:
    """Return True if the compiler has the sanitizers' libraries."""
    source = folder / f"empty-{os.getpid()}.cpp"
    source.write_text("int main() {}")
    command = [compiler, *SANITIZED, str(source), "-o", str(source.with_suffix(""))]
    done = subprocess.run(command, capture_output=True, timeout=COMPILE_S, check=False)
    return done.returncode == 0


def run(
    command: Sequence[str | Path], *, timeout_s: float = COMPILE_S, said: str = ""
) -> str:
    """Run a program to its end and return what it printed; it must succeed."""
    done = subprocess.run(
        [str(part) for part in command],
        input=said,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    assert done.returncode == 0, f"{command[0]}: {done.stdout}\n{done.stderr}"
    return done.stdout


def lazily(into: Path, compiler: str) -> Programs:
    """Return a function that builds a program with the sanitizers."""

    def program(name: str) -> Path:
        return build(into, (name,), compiler=compiler) / name

    return program


def _key(compiler: str, options: Sequence[str]) -> str:
    digest = hashlib.sha256(" ".join((compiler, *options)).encode())
    for folder in (PRIVATE, PUBLIC, HERE):
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".h", ".cpp"):
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def build(
    into: Path,
    programs: Sequence[str],
    *,
    compiler: str,
    options: Sequence[str] = SANITIZED,
) -> Path:
    """Build the core once and programs of this folder; return the folder they are in.

    Workers of one test run share the folder: whoever comes second waits for the first.
    """
    import fcntl  # not on Windows, where nothing is built

    folder = into / f"unreal-{_key(compiler, options)}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        base = [compiler, "-std=c++17", *WARNINGS, *PLAIN, *options]
        base += [f"-I{PRIVATE}", f"-I{HERE}", f"-I{PUBLIC}", f"-I{STAND_IN}"]
        sources = sorted(CORE.glob("*.cpp"))
        shell = [*sorted(PRIVATE.glob("*.cpp")), *sorted(STAND_IN.glob("*.cpp"))]
        missing = [p for p in sources if not (folder / f"{p.stem}.o").exists()]

        def compile_one(source: Path) -> None:
            made = folder / f"{source.stem}.o"
            part = made.with_suffix(".part")
            run([*base, "-c", source, "-o", part])
            part.replace(made)

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(compile_one, missing))
        objects = [folder / f"{p.stem}.o" for p in sources]
        for name in programs:
            made = folder / name
            if not made.exists():
                part = made.with_suffix(".part")
                more = shell if name == "shell" else []
                one = [HERE / f"{name}.cpp", *more, *objects]
                run([*base, *one, "-o", part, "-pthread"])
                part.replace(made)
    return folder
