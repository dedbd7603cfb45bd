import hashlib
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

import bridge
from bridge.capture.source import Image
from bridge.config import Config
from bridge.errors import ModelError
from bridge.solve.actor import Actor
from bridge.solve.agreement import read_truth
from bridge.solve.open import make_actor, open_solver, open_tracker
from engines.face.learned_solver import LearnedSolver
from engines.face.solver_network import SolverNetwork
from engines.runtime.graphs import SOLVER
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from protocols.channels import INDEX, bone_slice
from protocols.rotation import from_yaw_pitch_roll
from tests.bridge.solve.puppet import face, seen, shot
from tests.engines.runtime.tiny_onnx import solver_of_first_numbers
from tests.footage import landmarker_task, pictures

ASSETS = Path(bridge.__file__).parent / "assets"


def config(solver: str, **settings: object) -> Config:
    return Config.model_validate({"solve": {"solver": solver, **settings}})


def shipped(folder: Path, content: bytes, metrics: str = "", sha256: str = "") -> Path:
    """Write weights and a manifest as they are shipped."""
    (folder / "solver.onnx").write_bytes(content)
    sha256 = sha256 or hashlib.sha256(content).hexdigest()
    (folder / "manifest.toml").write_text(
        f'[solver]\nfile = "solver.onnx"\nsha256 = "{sha256}"\nlicence = "anybody"\n'
        f'data = "none"\n[solver.metrics]\n{metrics}'
    )
    return folder


def test_the_learned_solver_runs_where_its_weights_are(tmp_path: Path) -> None:
    folder = shipped(tmp_path, solver_of_first_numbers(), "sigma_usual = 0.25")
    solver = open_solver(config("learned"), folder=folder)
    assert (solver.name, solver.fallback) == ("learned", False)
    assert "solver.onnx on ONNX Runtime" in solver.reason
    actors = [make_actor(config("learned"), name, solver) for name in ("anna", "ben")]
    frames = [actor.solve(shot(0), seen(face())) for actor in actors]
    assert [frame.subject for frame in frames] == ["anna", "ben"]
    engine = OnnxRuntimeEngine(SOLVER, solver_of_first_numbers())
    with closing(SolverNetwork(engine)) as network:
        actor = Actor("ben", LearnedSolver(network, "ben", usual=0.25))
        same = actor.solve(shot(0), seen(face()))
    np.testing.assert_array_equal(frames[1].vector, same.vector)
    assert frames[1].confidence == same.confidence
    # The network's own word: the landmarks of a calm face show no tongue.
    assert float(same.vector[INDEX["tongueOut"]]) > 0.1
    # A grey picture's patches are zero, so sigma is 0.5: twice the usual.
    assert frames[0].confidence == pytest.approx(0.5, abs=0.03)
    solver.close()
    solver.close()


@pytest.mark.parametrize(
    ("content", "extra", "part"),
    [
        (None, {}, "manifest.toml: cannot be read"),
        (b"not a model", {}, "ONNX Runtime refuses it"),
        (solver_of_first_numbers((2, 468, 3)), {}, "landmarks (2, 468, 3)"),
        (solver_of_first_numbers(), {"sha256": "00"}, "sha256 differs"),
        (solver_of_first_numbers(), {"metrics": "sigma_usual = 0"}, "sigma_usual"),
    ],
)
def test_weights_that_cannot_be_used_leave_it_to_geometry(
    tmp_path: Path, content: bytes | None, extra: dict[str, str], part: str
) -> None:
    if content is not None:
        shipped(tmp_path, content, **extra)
    solver = open_solver(config("learned"), folder=tmp_path)
    assert (solver.name, solver.fallback) == ("geometric", True)
    assert part in solver.reason
    assert solver.reason.endswith("the geometric solver runs")
    assert "\n" not in solver.reason
    frame = make_actor(config("learned"), "anna", solver).solve(shot(0), seen(face()))
    same = Actor("anna").solve(shot(0), seen(face()))
    np.testing.assert_array_equal(frame.vector, same.vector)
    solver.close()


def test_what_is_asked_for_by_name_runs(tmp_path: Path) -> None:
    folder = shipped(tmp_path, solver_of_first_numbers())
    geometric = open_solver(config("geometric"), folder=folder)
    assert (geometric.name, geometric.fallback) == ("geometric", False)
    tracked = open_solver(config("mediapipe", task="own.task"), folder=folder)
    assert (tracked.name, tracked.fallback) == ("mediapipe", False)
    assert "own.task" in tracked.reason


@pytest.mark.parametrize("content", [None, b"no task"])
def test_a_task_file_that_cannot_be_used_is_a_sentence(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "face_landmarker.task"
    if content is not None:
        pytest.importorskip("mediapipe", reason="only it reads the file")
        path.write_bytes(content)
    with pytest.raises(ModelError, match=r"solve\.task: .*face_landmarker\.task: "):
        open_tracker(config("mediapipe", task=path))


def test_a_task_files_curves_follow_the_bundled_clip() -> None:
    chosen = config("mediapipe", task=landmarker_task())
    tracker, solver = open_tracker(chosen), open_solver(chosen)
    actor = make_actor(chosen, "anna", solver)
    jaw = []
    truth = read_truth(ASSETS / "demo.csv")[:, INDEX["jawOpen"]]
    try:
        for index, captured_ns, picture in pictures(ASSETS / "demo.mp4", every=3):
            (found,) = tracker.track(picture, captured_ns)
            frame = actor.solve(Image(index, captured_ns, 0, picture), found)
            jaw.append((truth[index], frame.vector[INDEX["jawOpen"]]))
            assert frame.tracked and frame.confidence > 0.5
    finally:
        tracker.close()
        solver.close()
    assert np.corrcoef(np.array(jaw).T)[0, 1] > 0.9


def test_an_actor_is_made_with_the_settings_of_the_solve_section() -> None:
    chosen = config("geometric", neck_share=0.25, field_of_view_deg=40.0)
    actor = make_actor(chosen, "anna", open_solver(chosen))
    turned = seen(face(), from_yaw_pitch_roll(0.4, 0.0, 0.0))
    frame = actor.solve(shot(0), turned)
    neck, head = (
        frame.vector[bone_slice("neck")][1],
        frame.vector[bone_slice("head")][1],
    )
    assert float(neck) == pytest.approx(float(head) / 3.0, rel=1e-3)
    # A narrower camera: the same face is farther away.
    wide = make_actor(config("geometric"), "anna", open_solver(config("geometric")))
    assert frame.vector[-1] < 1.5 * wide.solve(shot(0), turned).vector[-1]
