from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.runtime.weights import find_weights
from models.data.files import FileError
from models.training.manifest import write_entry, write_metrics

ENTRY = {"file": "a.onnx", "sha256": "00", "licence": "MIT", "data": "none"}


def test_other_graphs_stay(tmp_path: Path) -> None:
    path = tmp_path / "manifest.toml"
    write_entry(path, "motion", {**ENTRY, "metrics": {"lag_ms": 12.5}})
    write_entry(path, "expression", {**ENTRY, "file": "b.onnx"})
    write_metrics(path, "expression", {"accuracy": 0.5})
    write_metrics(path, "expression", {"n": 3152})
    assert find_weights("motion", tmp_path).metrics == {"lag_ms": 12.5}
    found = find_weights("expression", tmp_path)
    assert found.metrics == {"accuracy": 0.5, "n": 3152}
    assert found.path.name == "b.onnx"


def test_metrics_of_a_graph_that_is_not_there(tmp_path: Path) -> None:
    write_entry(tmp_path / "manifest.toml", "motion", ENTRY)
    with pytest.raises(FileError, match=r"has no table \[expression\]"):
        write_metrics(tmp_path / "manifest.toml", "expression", {})


@given(st.text(min_size=1).filter(lambda text: "\x7f" not in text))
def test_any_text_comes_back(text: str) -> None:
    import tempfile

    if any(0xD800 <= ord(letter) <= 0xDFFF for letter in text):
        return
    with tempfile.TemporaryDirectory() as folder:
        write_entry(Path(folder) / "manifest.toml", "x", {**ENTRY, "data": text})
        assert find_weights("x", Path(folder)).data == text
