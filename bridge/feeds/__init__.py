"""Where solved faces come from: a camera with our solver, or packets of a program."""
