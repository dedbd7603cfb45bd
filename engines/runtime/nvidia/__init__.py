"""TensorRT and TensorRT-RTX: their bindings, building plans, and running them on a
card."""
