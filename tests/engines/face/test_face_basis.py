from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engines.face import face_basis
from engines.face.canonical_face import COUNT
from engines.face.face_basis import BENDS, bends, load_basis
from engines.face.features import NAMES
from protocols.channels import ARKIT

SHIPPED = Path(face_basis.__file__).with_name("face_basis.npz")
CURVES = len(ARKIT)
Arrays = dict[str, npt.NDArray[Any]]


def arrays(points: tuple[int, ...] = (0, 61, 105, 152)) -> Arrays:
    """Return what a file of few landmarks holds."""
    rng, wide = np.random.default_rng(0), 3 * len(points)
    shapes = {
        "moves": (CURVES, wide),
        "measures": (CURVES, len(NAMES)),
        "turned": (BENDS, wide),
        "noise": (wide,),
        "known_gain": (CURVES, wide),
        "known_gram": (CURVES, CURVES),
        "unknown_gain": (CURVES, wide),
        "unknown_gram": (CURVES, CURVES),
    }
    made = {
        name: rng.uniform(0.1, 1.0, shape).astype(np.float32)
        for name, shape in shapes.items()
    }
    return {"points": np.array(points), **made}


def written(folder: Path, content: Arrays) -> Path:
    path = folder / "basis.npz"
    np.savez_compressed(path, **content)
    return path


def refused(path: Path) -> str:
    """Return the sentence in which the file is refused."""
    with pytest.raises(ValueError) as refusal:
        load_basis(path)
    told = str(refusal.value)
    assert "\n" not in told and str(path) in told
    return told


def test_what_was_written_is_read(tmp_path: Path) -> None:
    content = arrays()
    basis = load_basis(written(tmp_path, content))
    np.testing.assert_array_equal(basis.points, content["points"])
    np.testing.assert_array_equal(basis.moves, content["moves"])
    np.testing.assert_array_equal(basis.noise, content["noise"])
    np.testing.assert_array_equal(basis.known.gain, content["known_gain"])
    np.testing.assert_array_equal(basis.unknown.gram, content["unknown_gram"])
    assert basis.moves.dtype == basis.unknown.gain.dtype == np.float64


@pytest.mark.parametrize("name", sorted(arrays()))
def test_a_missing_array_is_named(tmp_path: Path, name: str) -> None:
    content = arrays()
    del content[name]
    assert name in refused(written(tmp_path, content))


@pytest.mark.parametrize("name", sorted(set(arrays()) - {"points"}))
def test_a_wrong_shape_is_named_with_the_right_one(tmp_path: Path, name: str) -> None:
    content = arrays()
    right = content[name].shape
    content[name] = content[name][..., :-1]
    told = refused(written(tmp_path, content))
    assert name in told and str(right) in told and str(content[name].shape) in told


@pytest.mark.parametrize(
    "points",
    [
        np.array([-1, 0, 1, 2]),
        np.array([0, 1, 2, COUNT]),
        np.array([], dtype=np.int64),
        np.array([0.0, 1.0, 2.0, 3.0]),
        np.zeros((2, 2), dtype=np.int64),
    ],
)
def test_landmarks_that_are_none_are_refused(
    tmp_path: Path, points: npt.NDArray[Any]
) -> None:
    assert "points" in refused(written(tmp_path, {**arrays(), "points": points}))


def test_numbers_of_another_kind_are_refused(tmp_path: Path) -> None:
    content = arrays()
    content["noise"] = content["noise"].astype("U8")
    assert "noise" in refused(written(tmp_path, content))


@pytest.mark.parametrize("content", [b"", b"no file of arrays", b"PK\x03\x04"])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "basis.npz"
    path.write_bytes(content)
    refused(path)


def test_one_array_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "basis.npz"
    with path.open("wb") as file:
        np.save(file, np.zeros(3))
    assert "one array" in refused(path)


def test_a_missing_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        load_basis(tmp_path / "none.npz")


def packed() -> bytes:
    file = BytesIO()
    np.savez_compressed(file, **arrays())
    return file.getvalue()


WHOLE = packed()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(WHOLE) - 1))
def test_every_truncated_file_is_refused(tmp_path: Path, length: int) -> None:
    path = tmp_path / "basis.npz"
    path.write_bytes(WHOLE[:length])
    refused(path)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_a_changed_byte_is_refused_or_does_no_harm(
    tmp_path: Path, at: int, change: int
) -> None:
    path, damaged = tmp_path / "basis.npz", bytearray(WHOLE)
    damaged[at] ^= change
    path.write_bytes(damaged)
    try:
        basis = load_basis(path)
    except ValueError as error:
        assert str(path) in str(error)
    else:
        np.testing.assert_array_equal(basis.moves, arrays()["moves"])


def test_the_shipped_basis_is_one_of_faces() -> None:
    basis = load_basis(SHIPPED)
    assert (basis.noise > 0.0).all()
    for evidence in (basis.known, basis.unknown):
        np.testing.assert_allclose(evidence.gram, evidence.gram.T, atol=1e-2)
        assert float(np.linalg.eigvalsh(evidence.gram)[0]) > -1e-3
        made = evidence.gain @ basis.moves.T
        np.testing.assert_allclose(made, evidence.gram, atol=1e-2)
    # More is to be learned of a face whose rest is known.
    assert np.trace(basis.known.gram) > np.trace(basis.unknown.gram)
    # An open jaw lowers the chin by centimetres, an outer brow rises by less.
    chin, brow = (int(np.flatnonzero(basis.points == p)[0]) for p in (152, 105))
    jaw = basis.moves[ARKIT.index("jawOpen")].reshape(-1, 3)
    raised = basis.moves[ARKIT.index("browOuterUpRight")].reshape(-1, 3)
    assert -6.0 < jaw[chin, 1] < -1.0
    assert 0.1 < raised[brow, 1] < 2.0


def test_bends_are_turns_squares_and_products() -> None:
    assert bends((2.0, 3.0, 5.0)).tolist() == [2, 3, 5, 4, 9, 6, 15, 10]
    assert bends((0.0, 0.0, 0.0)).tolist() == [0.0] * BENDS
