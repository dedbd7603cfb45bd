"""The page's pure functions, tested by Node, and its names compared with Python's."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from protocols.channels import ARKIT, EXPRESSIONS

HERE = Path(__file__).parent
STATIC = HERE.parents[2] / "bridge" / "page" / "static"


def test_the_pure_functions_of_the_page() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node.js")
    done = subprocess.run(
        [node, "--test", "."], cwd=HERE, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout[-4000:]


def test_the_page_knows_the_names_of_what_is_sent() -> None:
    text, _, _ = (STATIC / "channels.js").read_text("utf-8").partition("PARTS")
    names = re.findall(r'"([a-zA-Z]+)",', text)
    assert tuple(names) == (*ARKIT, *EXPRESSIONS)
