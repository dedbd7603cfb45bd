import hashlib
import tomllib
from pathlib import Path

import pytest

from engines.runtime.engine import GraphError
from engines.runtime.weights import FOLDER, find_weights

TABLE = """
[expression]
file = "expression.onnx"
sha256 = "{sha256}"
licence = "research"
data = "faces"
[expression.metrics]
accuracy = 0.5
"""


def folder(path: Path, content: bytes = b"graph", sha256: str = "") -> Path:
    digest = sha256 or hashlib.sha256(content).hexdigest()
    (path / "expression.onnx").write_bytes(content)
    (path / "manifest.toml").write_text(TABLE.format(sha256=digest))
    return path


def test_what_was_hashed_is_what_is_returned(tmp_path: Path) -> None:
    weights = find_weights("expression", folder(tmp_path, b"these bytes"))
    assert weights.read() == b"these bytes"
    assert weights.metrics == {"accuracy": 0.5}
    assert (weights.licence, weights.data) == ("research", "faces")


def test_a_file_for_nvidia_may_ship_beside_it(tmp_path: Path) -> None:
    assert find_weights("expression", folder(tmp_path)).read_nvidia_int8() is None
    digest = hashlib.sha256(b"eight bits").hexdigest()
    manifest = tmp_path / "manifest.toml"
    more = f'data = "faces"\nnvidia_file = "n.onnx"\nnvidia_sha256 = "{digest}"\n'
    manifest.write_text(manifest.read_text().replace('data = "faces"\n', more))
    weights = find_weights("expression", tmp_path)
    assert weights.read() == b"graph"
    with pytest.raises(GraphError, match=r"n\.onnx: cannot be read"):
        weights.read_nvidia_int8()
    (tmp_path / "n.onnx").write_bytes(b"eight bits")
    assert weights.read_nvidia_int8() == b"eight bits"
    (tmp_path / "n.onnx").write_bytes(b"eight bitt")
    with pytest.raises(GraphError, match=r"n\.onnx: sha256 differs"):
        weights.read_nvidia_int8()
    manifest.write_text(manifest.read_text().replace("nvidia_sha256", "other"))
    with pytest.raises(GraphError, match="nvidia_sha256 is None, expected text"):
        find_weights("expression", tmp_path)


def test_what_ships_for_nvidia_is_whole() -> None:
    found = [find_weights(name) for name in ("expression", "motion", "solver")]
    assert [one.read_nvidia_int8() is None for one in found] == [False, True, True]


def test_one_changed_bit_is_refused(tmp_path: Path) -> None:
    weights = find_weights("expression", folder(tmp_path, b"these bytes"))
    weights.path.write_bytes(b"these bytfs")
    with pytest.raises(GraphError, match="sha256 differs from manifest"):
        weights.read()


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    weights = find_weights("expression", folder(tmp_path))
    weights.path.unlink()
    with pytest.raises(GraphError, match="install facewire again"):
        weights.read()


def test_a_pointer_of_git_lfs_is_named(tmp_path: Path) -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"
    weights = find_weights("expression", folder(tmp_path, pointer, "00"))
    with pytest.raises(GraphError, match="git lfs pull"):
        weights.read()


@pytest.mark.parametrize(
    ("manifest", "says"),
    [
        ("", r"no table \[expression\]"),
        ("expression = 3", r"no table \[expression\]"),
        ("[expression", "manifest.toml"),
        ('[expression]\nfile = "x"', "sha256 is None, expected text"),
        (TABLE.replace("0.5", '"high"'), "must hold numbers only"),
    ],
)
def test_a_broken_manifest_is_refused(tmp_path: Path, manifest: str, says: str) -> None:
    (tmp_path / "manifest.toml").write_text(manifest)
    with pytest.raises(GraphError, match=says):
        find_weights("expression", tmp_path)


def test_no_manifest_at_all(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="cannot be read"):
        find_weights("expression", tmp_path)


def test_every_shipped_file_is_the_manifests() -> None:
    found = sorted(path.name for path in FOLDER.glob("*.onnx"))
    assert found, f"{FOLDER} holds no weights"
    listed = []
    for name in tomllib.loads((FOLDER / "manifest.toml").read_text("utf-8")):
        weights = find_weights(name, FOLDER)
        assert weights.read()
        listed.append(weights.path.name)
        if weights.nvidia_path is not None:
            assert weights.read_nvidia_int8()
            listed.append(weights.nvidia_path.name)
    assert found == sorted(listed)
