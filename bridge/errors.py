"""Errors that a user can act on, each with its exit code.

BridgeError           1   any other error that a sentence can explain
├── ConfigError       2   the settings file, a flag or a profile is wrong
├── CaptureError      3   an image source is missing or cannot be opened
├── ModelError        4   weights are missing, damaged or of another shape
├── SinkError         5   a sink cannot be opened: host unknown, port in use
├── TakeError         6   a take cannot be read or written, or the file is not a take
├── EngineError       7   a runtime for a network is missing or cannot run it
└── CharacterError    8   a character's file cannot be read, or is none
"""


class BridgeError(Exception):
    """A problem that one sentence explains: what, where, expected, and what to do."""

    exit_code = 1


class ConfigError(BridgeError):
    """The settings file, a flag or a profile is wrong."""

    exit_code = 2


class CaptureError(BridgeError):
    """An image source cannot be opened, or ended unexpectedly."""

    exit_code = 3


class ModelError(BridgeError):
    """Network weights are missing, damaged or of another shape."""

    exit_code = 4


class SinkError(BridgeError):
    """A sink cannot be opened."""

    exit_code = 5


class TakeError(BridgeError):
    """A take cannot be read or written, or the file is not a take."""

    exit_code = 6


class EngineError(BridgeError):
    """The requested runtime is missing, finds no card, or cannot run the network."""

    exit_code = 7


class CharacterError(BridgeError):
    """A character's file cannot be read or written, or is no character."""

    exit_code = 8
