"""What ships, on real faces; skipped where the footage is absent."""

from __future__ import annotations

import pytest

from engines.face.solver_network import SolverNetwork
from engines.runtime.graphs import SOLVER
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from engines.runtime.weights import find_weights
from models.data.blinks import find_blinks, match_blinks
from models.solver.clip_solvers import learned
from models.solver.clips import frames, watch
from models.solver.footage import CLIPS
from models.solver.metrics import CURVES
from protocols.channels import INDEX
from tests.footage import footage_dir


@pytest.mark.parametrize("clip", CLIPS)
def test_every_blink_is_found_and_none_invented(clip: str) -> None:
    solver = SolverNetwork(OnnxRuntimeEngine(SOLVER, find_weights("solver").read()))
    path = footage_dir() / clip
    watched = watch(frames(path), {"learned": learned(solver)})
    solver.close()
    said, at = watched.said["learned"], watched.seconds
    assert 0.0 <= float(said.min()) <= float(said.max()) <= 1.0
    lids = CLIPS[clip].lids
    times = [(float(at[x.first]), float(at[min(x.last, len(at) - 1)])) for x in lids]
    whole = [span for span, lid in zip(times, lids, strict=True) if lid.whole]
    half = [span for span, lid in zip(times, lids, strict=True) if not lid.whole]
    found = find_blinks(at, said)
    missed, beside = match_blinks(found, whole)
    assert not missed
    assert not match_blinks([found[i] for i in beside], half)[1]
    # Nothing that MediaPipe leaves dead is dead here.
    reach = said[:, [INDEX["cheekSquintLeft"], INDEX["noseSneerLeft"]]].max(axis=0)
    assert float(reach.min()) > 0.2
    assert int((said[:, CURVES].max(axis=0) > 0.1).sum()) > 30


def test_the_manifest_says_that_anybody_may_use_it() -> None:
    weights = find_weights("solver")
    assert weights.licence.startswith("Apache-2.0")
    assert weights.path.stat().st_size < 8 << 20
    assert weights.metrics["sigma_usual"] > 0.0
