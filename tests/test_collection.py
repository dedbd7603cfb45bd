"""The README's test command: it works where nothing of the training is installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]

TRAINING = ("matplotlib", "skimage", "sklearn", "torch")
"""What the training extra installs, and `make test` does not."""


def test_every_test_file_is_collected_without_the_training_extra(
    tmp_path: Path,
) -> None:
    for name in TRAINING:
        absent = f'raise ModuleNotFoundError("No module named {name!r}", name="{name}")'
        (tmp_path / f"{name}.py").write_text(absent + "\n")
    path = os.pathsep.join((str(tmp_path), str(REPOSITORY)))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "tests"],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    # The files were there to be skipped, and the rest of the suite was found.
    assert "training needs torch" in done.stdout
    assert "test_collection.py" in done.stdout
