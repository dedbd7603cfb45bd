"""Read the description in a video file's container, without decoding a picture."""
