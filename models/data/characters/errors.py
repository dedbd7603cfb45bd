"""The error of a file that is no head that can be drawn."""


class CharacterError(ValueError):
    """A file that is no character that can be drawn; the message says why."""
