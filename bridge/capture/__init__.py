"""Sources of images: cameras, streams, video files and folders of pictures."""
