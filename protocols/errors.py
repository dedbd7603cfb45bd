"""The only error that reading a wire or a file format may raise."""


class DecodeError(ValueError):
    """Bytes do not follow the format; the message names the field and the value."""
