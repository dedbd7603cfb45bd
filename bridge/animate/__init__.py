"""From an image, a video or a take to a character's animation in a file."""
