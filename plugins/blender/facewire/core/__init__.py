"""All that needs no Blender: the stream, names, turns, recordings and takes."""
