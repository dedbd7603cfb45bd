"""`facewire inspect`: what arrives on a wire, for people who debug a stage."""
