import pytest
from typer.testing import CliRunner

from models.cli import app


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("data", "motion", "--count", "x"), "got 'x', expected a whole number"),
        (("train", "motion", "--steps", "-1"), "got '-1', expected 0 or more"),
    ],
)
def test_an_option_of_the_wrong_type_is_told_in_plain_words(
    arguments: tuple[str, ...], message: str
) -> None:
    result = CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})
    assert result.exit_code == 2
    assert message in result.output and "Input" not in result.output
