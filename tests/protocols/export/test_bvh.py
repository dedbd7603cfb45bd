"""BVH read by a parser of its own: no library that reads it is installed."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest

from protocols.channels import POSITION_SLICE
from protocols.export import bvh
from protocols.export.performance import Performance
from protocols.export.skeleton import EYES, JOINTS, PARENTS, joint_turns

from .made import moving, still


@dataclass
class Joint:
    name: str
    parent: str | None
    offset: list[float]
    channels: list[str] = field(default_factory=list)
    end: list[float] | None = None


def parse(text: str) -> tuple[dict[str, Joint], float, npt.NDArray[np.float64]]:
    """Return the joints, the frame time and the rows; assert every word of it."""
    lines = text.splitlines()
    assert text.endswith("\n") and lines[0] == "HIERARCHY"
    joints: dict[str, Joint] = {}
    opened: list[Joint] = []
    at = 1
    while lines[at] != "MOTION":
        word, *rest = lines[at].split()
        if word in ("ROOT", "JOINT"):
            (name,) = rest
            assert (word == "ROOT") == (not joints) and name not in joints
            assert lines[at + 1].strip() == "{"
            offset = lines[at + 2].split()
            assert offset[0] == "OFFSET" and len(offset) == 4
            parent = opened[-1].name if opened else None
            joints[name] = Joint(name, parent, [float(x) for x in offset[1:]])
            opened.append(joints[name])
            at += 3
        elif word == "CHANNELS":
            assert int(rest[0]) == len(rest) - 1
            opened[-1].channels = rest[1:]
            at += 1
        elif word == "End":
            assert rest == ["Site"] and lines[at + 1].strip() == "{"
            opened[-1].end = [float(x) for x in lines[at + 2].split()[1:]]
            assert lines[at + 3].strip() == "}"
            at += 4
        else:
            assert (word, rest) == ("}", [])
            last = opened.pop()
            leaf = all(joint.parent != last.name for joint in joints.values())
            assert leaf == (last.end is not None)
            at += 1
    assert not opened
    frames, step = lines[at + 1], lines[at + 2]
    assert frames.startswith("Frames: ") and step.startswith("Frame Time: ")
    rows = np.array([[float(x) for x in line.split()] for line in lines[at + 3 :]])
    width = sum(len(joint.channels) for joint in joints.values())
    assert rows.shape == (int(frames[8:]), width)
    return joints, float(step[12:]), rows


def about(axis: str, degrees: float) -> npt.NDArray[np.float64]:
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    x, y, z = (axis == name for name in "XYZ")
    return np.array(
        [
            [1 if x else c, -s if z else 0, s if y else 0],
            [s if z else 0, 1 if y else c, -s if x else 0],
            [-s if y else 0, s if x else 0, 1 if z else c],
        ]
    )


def stand(
    joints: dict[str, Joint], row: npt.NDArray[np.float64]
) -> dict[str, tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]:
    """Return (local turn, world 4 x 4) a joint, as the format defines them."""
    numbers = iter(row.tolist())
    world: dict[str, npt.NDArray[np.float64]] = {}
    out = {}
    for joint in joints.values():
        place, turn = np.array(joint.offset), np.eye(3)
        for channel in joint.channels:
            value = next(numbers)
            if channel.endswith("position"):
                place["XYZ".index(channel[0])] += value
            else:
                turn = turn @ about(channel[0], value)
        own = np.eye(4)
        own[:3, :3], own[:3, 3] = turn, place
        above = np.eye(4) if joint.parent is None else world[joint.parent]
        world[joint.name] = above @ own
        out[joint.name] = (turn, world[joint.name])
    return out


def text(performance: Performance) -> str:
    return "".join(bvh.encode(performance))


def test_the_rest_pose_to_the_letter() -> None:
    assert text(still()) == REST


def test_another_reader_has_the_same_tree_and_rate() -> None:
    shown = moving()
    joints, step, rows = parse(text(shown))
    assert {name: joint.parent for name, joint in joints.items()} == PARENTS
    assert tuple(joints) == JOINTS
    assert step == pytest.approx(1 / 60) and len(rows) == len(shown.seconds)
    assert joints["spine"].channels[:3] == ["Xposition", "Yposition", "Zposition"]


def test_another_reader_has_the_same_motion() -> None:
    shown = moving()
    joints, _, rows = parse(text(shown))
    for i, row in enumerate(rows):
        stood = stand(joints, row)
        for k, joint in enumerate(JOINTS):
            x, y, z, w = joint_turns(shown.vectors)[i, k].tolist()
            across = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
            turn = np.eye(3) + 2 * w * across + 2 * across @ across
            assert stood[joint][0] == pytest.approx(turn, abs=1e-6)
        eyes = stood["head"][1] @ [*(100 * x for x in EYES), 1.0]
        told = 100 * shown.vectors[i, POSITION_SLICE]
        assert eyes[:3] == pytest.approx(told, abs=1e-3)


def test_a_turn_past_half_a_circle_does_not_flip() -> None:
    shown = still(5)
    y = JOINTS.index("head")
    angles = np.deg2rad([170.0, 175.0, 180.0, 185.0, 190.0])
    # In the vector, the short way round.
    shown.vectors[:, 53] = np.where(angles > np.pi, angles - 2 * np.pi, angles)
    _, _, rows = parse(text(shown))
    turned = rows[:, 3 + 3 * y]
    assert turned == pytest.approx([170, 175, 180, 185, 190], abs=1e-3)


def test_a_rate_is_no_whole_number() -> None:
    shown = still(2)
    odd = Performance(
        "a", Fraction(30000, 1001), shown.seconds, shown.vectors, shown.tracked
    )
    assert "Frame Time: 0.0333666667\n" in text(odd)


REST = (
    """HIERARCHY
ROOT spine
{
  OFFSET 0 0 0
  CHANNELS 6 Xposition Yposition Zposition Yrotation Xrotation Zrotation
  JOINT chest
  {
    OFFSET 0 12 0
    CHANNELS 3 Yrotation Xrotation Zrotation
    JOINT upperChest
    {
      OFFSET 0 11 0
      CHANNELS 3 Yrotation Xrotation Zrotation
      JOINT neck
      {
        OFFSET 0 13 0
        CHANNELS 3 Yrotation Xrotation Zrotation
        JOINT head
        {
          OFFSET 0 8.5 1
          CHANNELS 3 Yrotation Xrotation Zrotation
          JOINT leftEye
          {
            OFFSET 3.116 6 2.5
            CHANNELS 3 Yrotation Xrotation Zrotation
            End Site
            {
              OFFSET 0 0 2
            }
          }
          JOINT rightEye
          {
            OFFSET -3.116 6 2.5
            CHANNELS 3 Yrotation Xrotation Zrotation
            End Site
            {
              OFFSET 0 0 2
            }
          }
          JOINT jaw
          {
            OFFSET 0 1 2
            CHANNELS 3 Yrotation Xrotation Zrotation
            End Site
            {
              OFFSET 0 -3 6
            }
          }
        }
      }
      JOINT leftShoulder
      {
        OFFSET 2.5 9 0
        CHANNELS 3 Yrotation Xrotation Zrotation
        End Site
        {
          OFFSET 12 0 0
        }
      }
      JOINT rightShoulder
      {
        OFFSET -2.5 9 0
        CHANNELS 3 Yrotation Xrotation Zrotation
        End Site
        {
          OFFSET -12 0 0
        }
      }
    }
  }
}
MOTION
Frames: 1
Frame Time: 0.0166666667
0.000000 -50.500000 -3.500000"""
    + 30 * " 0.000000"
    + "\n"
)
"""By hand from `protocols.bones`: the spine stands 6 + 8.5 + 13 + 11 + 12 cm below the
eyes and 2.5 + 1 behind them."""
