import pytest

pytest.importorskip("scipy", reason="refining needs SciPy")
