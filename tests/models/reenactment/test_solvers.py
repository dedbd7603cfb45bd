import pytest

from engines.face.anchor_strengths import MEASURED, MEASURED_NAMES, SHIPPED
from models.reenactment.solvers import (
    GEOMETRIC,
    UnknownSolverError,
    choose,
    openers,
    parse_strengths,
)
from protocols.channels import INDEX


def test_strengths_are_read_by_name() -> None:
    found = parse_strengths("lipsX=0.06, mouthFrown=0.5,mouthLeft=2,together=0.3")
    assert found.measured["lipsX"] == 0.06 and found.together == 0.3
    factors = found.factors()
    assert factors[INDEX["mouthLeft"]] == 2.0 and factors[INDEX["jawLeft"]] == 1.0
    assert factors[INDEX["mouthFrownLeft"]] == factors[INDEX["mouthFrownRight"]] == 0.5
    noise = dict(zip(MEASURED_NAMES, found.noise().tolist(), strict=True))
    assert noise["lipsX"] == 0.06
    assert noise["browInnerLeft"] == noise["browInnerRight"] == MEASURED["browInner"]
    # What ships is not changed by it.
    assert SHIPPED.measured == MEASURED


def test_ranges_are_named_by_their_curves() -> None:
    reach = parse_strengths("range:mouthSmile=1.2,range:jawLeft=2").reach()
    smiles = [reach[INDEX[f"mouthSmile{side}"]] for side in ("Left", "Right")]
    assert smiles == pytest.approx([1.2, 1.2])
    assert reach[INDEX["jawLeft"]] == 2.0 and reach[INDEX["jawOpen"]] == 1.0
    assert reach[INDEX["mouthLeft"]] == SHIPPED.reach()[INDEX["mouthLeft"]]


def test_one_side_alone_goes_before_its_pair() -> None:
    factors = parse_strengths("eyeBlinkLeft=3").factors()
    assert factors[INDEX["eyeBlinkLeft"]] == 3.0
    assert factors[INDEX["eyeBlinkRight"]] == SHIPPED.factors()[INDEX["eyeBlinkRight"]]


@pytest.mark.parametrize(
    "text", ["lipsX", "lipsX=", "lipsX=0", "lipsX=-1", "lipsX=inf", "lipsY=1", "", "="]
)
def test_what_is_no_strength_is_refused_with_what_was_expected(text: str) -> None:
    with pytest.raises(UnknownSolverError, match=r"--anchor .*expected"):
        parse_strengths(text)


def test_a_solver_that_is_not_there_is_refused() -> None:
    with pytest.raises(UnknownSolverError, match="--solver magic"):
        choose(openers(None, None), ["magic"])
    assert list(choose(openers(None, None), [GEOMETRIC])) == [GEOMETRIC]
