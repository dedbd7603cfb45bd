"""What can be typed after `facewire`, one file a command."""
