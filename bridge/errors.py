"""Errors a user can act on, and the exit code each one ends the program with.

BridgeError           1   anything else that a sentence can explain
├── ConfigError       2   the file, a flag or a profile is wrong
├── CaptureError      3   no image source, or it cannot be opened
├── ModelError        4   weights missing, corrupt or of another shape
├── SinkError         5   a sink cannot be opened: host unknown, port taken
├── TakeError         6   a take cannot be read or written, or is none
└── EngineError       7   what must run a network is missing, or does not take it
"""


class BridgeError(Exception):
    """A problem that one sentence explains: what, where, expected, what to do."""

    exit_code = 1


class ConfigError(BridgeError):
    """The configuration file, a flag or a profile is wrong."""

    exit_code = 2


class CaptureError(BridgeError):
    """An image source cannot be opened, or ended where it should not."""

    exit_code = 3


class ModelError(BridgeError):
    """Model weights are missing, corrupt or of another shape."""

    exit_code = 4


class SinkError(BridgeError):
    """A destination can not be opened."""

    exit_code = 5


class TakeError(BridgeError):
    """A take cannot be read or written, or is none."""

    exit_code = 6


class EngineError(BridgeError):
    """What was asked to run a network is missing, finds no card, or refuses it."""

    exit_code = 7
