import re
import tomllib
from pathlib import Path

import pytest

from bridge.errors import BridgeError
from bridge.refine.needed import PACKAGES, missing, refining, require


def test_nothing_is_missing_where_all_packages_are() -> None:
    assert missing(("json", "sys")) == ""
    require(("json", "sys"))


def test_what_is_missing_is_named_with_the_command() -> None:
    told = missing(("json", "no_such"))
    assert told.startswith("refine: no_such is not installed; run: ")
    assert "-m pip install" in told and told.endswith('[refine]"')
    assert "no_such and none_such are" in missing(("no_such", "none_such"))
    with pytest.raises(BridgeError, match="no_such is not installed"):
        require(("no_such",))


def test_the_doctor_says_whether_takes_can_be_refined() -> None:
    finding = refining(("no_such",))
    assert (finding.part, finding.state) == ("refine", "option")
    assert finding.sentence.startswith("no_such is not installed; run `")
    assert finding.sentence.endswith('[refine]"`.')
    assert not finding.detail["installed"]
    found = refining(("json",))
    assert found.state == "good" and found.detail["installed"]


def test_the_packages_are_those_of_the_extra_and_of_no_plain_installation() -> None:
    path = Path(__file__).resolve().parents[3] / "pyproject.toml"
    project = tomllib.loads(path.read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    assert sorted(map(name_of, extras["refine"])) == sorted(PACKAGES)
    assert not set(map(name_of, project["dependencies"])) & set(PACKAGES)
    for extra in ("models", "fleet", "dev"):
        assert any("refine" in text for text in extras[extra]), extra


def name_of(requirement: str) -> str:
    return re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]
