"""TensorRT and TensorRT-RTX: bindings, building, and running on the card."""
