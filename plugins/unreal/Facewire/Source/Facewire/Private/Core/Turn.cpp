#include "Turn.h"

#include <algorithm>
#include <cmath>

namespace facewire {

Turn turn(const float* vector) {
	const double x = static_cast<double>(vector[0]);
	const double y = static_cast<double>(vector[1]);
	const double z = static_cast<double>(vector[2]);
	const double angle = std::sqrt(x * x + y * y + z * z);
	if (angle < 1e-9) {
		return {0.5 * x, 0.5 * y, 0.5 * z, 1.0};
	}
	const double k = std::sin(0.5 * angle) / angle;
	return {x * k, y * k, z * k, std::cos(0.5 * angle)};
}

Turn multiply(const Turn& a, const Turn& b) {
	return {
		a.w * b.x + a.x * b.w + a.y * b.z - a.z * b.y,
		a.w * b.y - a.x * b.z + a.y * b.w + a.z * b.x,
		a.w * b.z + a.x * b.y - a.y * b.x + a.z * b.w,
		a.w * b.w - a.x * b.x - a.y * b.y - a.z * b.z,
	};
}

Angles angles(const Turn& q) {
	const double sine = 2.0 * (q.w * q.x - q.y * q.z);
	const double pitch = std::asin(std::min(1.0, std::max(-1.0, sine)));
	const double yaw =
		std::atan2(2.0 * (q.x * q.z + q.w * q.y), 1.0 - 2.0 * (q.x * q.x + q.y * q.y));
	const double roll =
		std::atan2(2.0 * (q.x * q.y + q.w * q.z), 1.0 - 2.0 * (q.x * q.x + q.z * q.z));
	return {-yaw, pitch, -roll};
}

Turn unreal_turn(const Turn& q) {
	return {-q.z, q.x, -q.y, q.w};
}

Point unreal_point(const float* metres) {
	return {
		100.0 * static_cast<double>(metres[2]),
		-100.0 * static_cast<double>(metres[0]),
		100.0 * static_cast<double>(metres[1]),
	};
}

}  // namespace facewire
