"""Pictures of triangles and of characters, with NumPy and OpenCV alone."""
