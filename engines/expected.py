"""Describe in plain words what pydantic expected in settings, profiles and options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_WORDS: Final[Mapping[str, str]] = {
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a number that is finite",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "string_type": "a text in quotes",
    "path_type": "a path in quotes",
    "list_type": "a list in [ ]",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "literal_error": "{expected}",
    "greater_than": "above {gt:.12g}",
    "greater_than_equal": "{ge:.12g} or more",
    "less_than": "below {lt:.12g}",
    "less_than_equal": "{le:.12g} or less",
    "too_short": "{min_length} or more of them",
    "too_long": "{max_length} or fewer of them",
    "union_tag_invalid": "kind = {expected_tags}",
}
"""Words by pydantic's error type; the names in braces are in the error's context."""


def expected(error: Mapping[str, Any]) -> str | None:
    """Return what was expected; None if the error type is not in the table.

    Args:
        error: one of `ValidationError.errors()`.
    """
    words = _WORDS.get(error["type"])
    return None if words is None else words.format_map(error.get("ctx", {}))


def own_words(error: Mapping[str, Any]) -> str:
    """Return the message of an error that our own code raised."""
    told: str = error["msg"]
    return told.removeprefix("Value error, ")
