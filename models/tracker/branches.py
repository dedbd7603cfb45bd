"""Joins branches of a model that do the same with different weights.

The mesh has five such branches: for the lips, both eyes and both irises. Each operator
of a branch takes microseconds, of which most is the runtime's own work. Joined, one
operator works on the channels of all branches: convolutions become grouped ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from .tflite_file import Array, Model, Operator

SELECT = "SELECT_CHANNELS"
"""Our own operator: its option `channels` says which channels it returns."""


def branch(model: Model, end: int, starts: frozenset[int]) -> list[Operator]:
    """Return the operators between some tensors and one that depends on them.

    Args:
        model: what they are part of.
        end: the tensor that the last one writes.
        starts: the tensors at which to stop.

    Raises:
        ValueError: an operator depends on something else as well.
    """
    writes = {operator.outputs[0]: operator for operator in model.operators}
    found: set[int] = set()
    to_see = [end]
    while to_see:
        tensor = to_see.pop()
        if tensor in starts or tensor in found or tensor in model.constants:
            continue
        if tensor not in writes:
            raise ValueError(f"tensor {tensor} is the model's input: not a branch")
        found.add(tensor)
        to_see += writes[tensor].inputs
    return [o for o in model.operators if o.outputs[0] in found]


@dataclass(slots=True, eq=False)
class Joint:
    """A model whose branches are being joined."""

    model: Model
    operators: list[Operator] = field(default_factory=list)
    """What replaces the branches, in order."""
    shapes: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """Of the new tensors."""
    constants: dict[int, Array] = field(default_factory=dict)
    """The new weights."""
    joined: dict[tuple[int, ...], int] = field(default_factory=dict)
    """The new tensor of several old ones, whose channels it has one after another."""

    def whole(self) -> Model:
        """Return a model of the new operators only; it starts with joined tensors."""
        return Model(
            tuple(self.operators),
            {**self.model.shapes, **self.shapes},
            self.model.names,
            {**self.model.constants, **self.constants},
            (),
            (),
        )

    def tensor(self, shape: Sequence[int]) -> int:
        """Return the number of a new tensor."""
        number = max((*self.model.shapes, *self.shapes)) + 1
        self.shapes[number] = tuple(shape)
        return number

    def start(self, tensors: Sequence[int]) -> int:
        """Return a new tensor that stands for several old ones of equal shape."""
        shapes = {self.model.shapes[tensor] for tensor in tensors}
        if len(shapes) != 1:
            raise ValueError(f"branches of different shapes: {shapes}")
        (shape,) = shapes
        new = self.tensor((*shape[:-1], shape[-1] * len(tensors)))
        self.joined[tuple(tensors)] = new
        return new

    def weight(self, values: Array) -> int:
        """Return the number of a new constant tensor."""
        number = self.tensor(values.shape)
        self.constants[number] = values
        return number

    def value(self, tensors: tuple[int, ...]) -> int:
        """Return the new tensor of several old ones, with an operator if needed."""
        if tensors not in self.joined:
            known = next(
                (one for one in reversed(self.joined) if set(tensors) <= set(one)), ()
            )
            if not known:
                raise ValueError(f"tensors {tensors} are not joined yet")
            each = self.model.shapes[known[0]][-1]
            starts = [known.index(tensor) * each for tensor in tensors]
            channels = [start + k for start in starts for k in range(each)]
            before = self.joined[known]
            new = self.start(tensors)
            self.operators.append(
                Operator(SELECT, (before,), (new,), {"channels": channels})
            )
        return self.joined[tensors]


def join(joint: Joint, branches: Sequence[Sequence[Operator]]) -> int:
    """Join branches whose starts are known to `joint`.

    Args:
        joint: gets the new operators.
        branches: the operators of each branch; those that branches share are in each.

    Returns:
        The joined tensor of the branches' ends. Branches with fewer channels at their
        end are filled with zeros.

    Raises:
        ValueError: the branches differ in more than their weights.
    """
    end = -1
    for step in zip(*branches, strict=True):
        same = tuple({operator.outputs[0]: operator for operator in step}.values())
        if len({operator.name for operator in same}) != 1:
            raise ValueError(f"branches differ: {[o.name for o in same]}")
        if any(operator.options != same[0].options for operator in same):
            raise ValueError(f"branches differ in the options of {same[0].name}")
        end = _joined(joint, same)
    return end


def _joined(joint: Joint, same: tuple[Operator, ...]) -> int:
    model, first = joint.model, same[0]
    inputs = []
    for position, tensor in enumerate(first.inputs):
        tensors = tuple(operator.inputs[position] for operator in same)
        if tensor in model.constants:
            inputs.append(_weights(joint, first.name, position, tensors))
        else:
            inputs.append(joint.value(tensors))
    ends = tuple(operator.outputs[0] for operator in same)
    widest = max(model.shapes[end][-1] for end in ends)
    shape = (*model.shapes[ends[0]][:-1], widest * len(ends))
    new = joint.tensor(shape)
    joint.joined[ends] = new
    joint.operators.append(Operator(first.name, tuple(inputs), (new,), first.options))
    return new


def _weights(joint: Joint, name: str, position: int, tensors: tuple[int, ...]) -> int:
    """Join the weights of one operator in all branches."""
    arrays = [joint.model.constants[tensor] for tensor in tensors]
    if name == "PAD":
        # (4, 2) for one branch: its channels are padded among those of the others.
        if any(not np.array_equal(array, arrays[0]) for array in arrays):
            raise ValueError("branches differ in their padding")
        return tensors[0]
    # Filters are (out, h, w, in), but (1, h, w, channels) for a depthwise convolution;
    # biases and slopes have the channels last.
    axis = 0 if name == "CONV_2D" else -1
    widest = max(array.shape[axis] for array in arrays)
    filled = [_filled(array, axis, widest) for array in arrays]
    return joint.weight(np.concatenate(filled, axis))


def _filled(array: Array, axis: int, size: int) -> Array:
    pads = [(0, 0)] * array.ndim
    pads[axis] = (0, size - array.shape[axis])
    return np.pad(array, pads)
