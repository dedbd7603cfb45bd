"""Where timecode comes from: the system's clock, a time server, or LTC as sound."""
