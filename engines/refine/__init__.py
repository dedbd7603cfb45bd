"""The offline refiner: recorded motion in, the same motion without its defects out."""
