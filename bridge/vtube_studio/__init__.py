"""A plugin of VTube Studio: connects, logs in, and sends faces."""
