// Rotations, and Unreal's axes.
//
// facewire: right-handed, +X the actor's left, +Y up, +Z out of the face; rotation
// vectors in radians. Unreal: left-handed, +X forward, +Y right, +Z up, centimetres. So
// Unreal's (X, Y, Z) is our (Z, -X, Y). That is a reflection, and a rotation vector
// changes its sign as well: (x, y, z) becomes (-z, x, -y).

#pragma once

namespace facewire {

// A unit quaternion.
struct Turn {
	double x = 0.0;
	double y = 0.0;
	double z = 0.0;
	double w = 1.0;
};

struct Point {
	double x = 0.0;
	double y = 0.0;
	double z = 0.0;
};

// Radians. Live Link Face's convention, as in protocols/livelink.py: yaw is positive to
// the actor's right, pitch down, roll to the actor's left.
struct Angles {
	double yaw = 0.0;
	double pitch = 0.0;
	double roll = 0.0;
};

// The turn of a rotation vector in radians.
Turn turn(const float* vector);

// The turn `a` after `b`; for bones, parent times child.
Turn multiply(const Turn& a, const Turn& b);

// Live Link Face's angles of a turn in facewire's axes.
Angles angles(const Turn& turn);

// A turn of facewire in Unreal's axes.
Turn unreal_turn(const Turn& turn);

// A point of facewire in metres, in Unreal's axes and centimetres.
Point unreal_point(const float* metres);

}  // namespace facewire
