import numpy as np
import pytest

pytest.importorskip("scipy", reason="models need SciPy")

from engines.motion.signals import PLACE
from models.motion.ceiling import fitted
from models.motion.filters import raw
from models.motion.truth import truth_of
from tests.models.motion_observed import lively, observed, target_of


def test_what_is_seen_exactly_is_said_exactly() -> None:
    target = target_of(6.0)
    target[:, PLACE] += 0.4
    target[:, 3] = 0.3
    truth = truth_of([observed(target)], 0.0)
    np.testing.assert_allclose(fitted(truth), truth.value, atol=1e-4)


def test_leaning_is_never_worse_than_holding_on_what_it_was_fitted_to() -> None:
    sets = [observed(lively(), noise=0.02, gone_s=(3.4, 3.9), seed=k) for k in range(9)]
    for lead_s in (0.0, 0.05):
        truth = truth_of(sets, lead_s)
        leaned, held = (
            ((values - truth.value) ** 2)[truth.used]
            for values in (fitted(truth), raw(truth.frames).level)
        )
        assert leaned.mean() < held.mean()
        gone = truth.gone[truth.used]
        assert leaned[gone].mean() < 0.98 * held[gone].mean()
