"""The OSC remote control of Live Link Face, as a server."""
