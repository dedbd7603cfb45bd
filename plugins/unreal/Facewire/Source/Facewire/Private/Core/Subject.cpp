#include "Subject.h"

#include <algorithm>
#include <limits>

namespace facewire {

namespace {

constexpr const char* kAngleNames[] = {
	"HeadYaw", "HeadPitch", "HeadRoll",
	"LeftEyeYaw", "LeftEyePitch", "LeftEyeRoll",
	"RightEyeYaw", "RightEyePitch", "RightEyeRoll",
	"HeadX", "HeadY", "HeadZ", "Tracked", "Confidence",
};

// Metres from the parent, facewire's axes, in the order of kSkeleton.
constexpr float kRest[kBones.size()][3] = {
	{0.0f, 0.060f, 0.0f},
	{0.0f, 0.120f, 0.0f},
	{0.0f, 0.110f, 0.0f},
	{0.0f, 0.130f, 0.0f},
	{0.0f, 0.085f, 0.010f},
	{0.017f, 0.060f, 0.025f},
	{-0.017f, 0.060f, 0.025f},
	{0.0f, 0.010f, 0.020f},
	{0.025f, 0.090f, 0.0f},
	{-0.025f, 0.090f, 0.0f},
};

// The places of head, leftEye and rightEye in kSkeleton.
constexpr std::size_t kHeadBone = 4;
constexpr std::size_t kLeftEye = 5;
constexpr std::size_t kRightEye = 6;

// `jawOpen` -> `JawOpen`, Unreal's spelling.
std::string pascal(std::string_view name) {
	std::string out(name);
	out[0] = static_cast<char>(out[0] - 'a' + 'A');
	return out;
}

// A number in a float. A stranger's finite metres may be too many centimetres for one:
// they become the largest, because Live Link hands infinite numbers on.
float fitted(double value) {
	constexpr auto most = static_cast<double>(std::numeric_limits<float>::max());
	return static_cast<float>(std::min(most, std::max(-most, value)));
}

Turn own_turn(const Frame& frame, std::size_t bone) {
	return turn(frame.vector.data() + kFirstRotation + 3 * kSkeleton[bone].channel);
}

void put(const Angles& from, float* out) {
	out[0] = static_cast<float>(from.yaw);
	out[1] = static_cast<float>(from.pitch);
	out[2] = static_cast<float>(from.roll);
}

}  // namespace

std::string property_name(std::size_t at) {
	if (at < kAngles) {
		return pascal(kWeights[at]);
	}
	if (at < kFirstExpression) {
		return kAngleNames[at - kAngles];
	}
	if (at < kFirstDoubt) {
		return "Expression" + pascal(kExpressions[at - kFirstExpression]);
	}
	if (at < kFirstMood) {
		return "Doubt" + pascal(kWeights[at - kFirstDoubt]);
	}
	return "Mood" + pascal(kExpressions[at - kFirstMood]);
}

std::string_view mood_name(const Frame& frame) {
	return frame.mood == kNoMood ? std::string_view()
		: kExpressions[static_cast<std::size_t>(frame.mood)];
}

void properties(const Frame& frame, Properties& out) {
	for (std::size_t i = 0; i < kWeights.size(); ++i) {
		// A sender clamps its weights; another sender might not.
		const float weight = frame.vector[i];
		out[i] = weight < 0.0f ? 0.0f : weight > 1.0f ? 1.0f : weight;
		out[kFirstDoubt + i] = frame.has_doubt ? frame.doubt[i] : kNoIdea;
	}
	// The head turns with the whole chain, spine to head.
	Turn head = own_turn(frame, 0);
	for (std::size_t bone = 1; bone <= kHeadBone; ++bone) {
		head = multiply(head, own_turn(frame, bone));
	}
	put(angles(head), &out[kAngles]);
	put(angles(own_turn(frame, kLeftEye)), &out[kAngles + 3]);
	put(angles(own_turn(frame, kRightEye)), &out[kAngles + 6]);
	const Point at = unreal_point(frame.vector.data() + kFirstPosition);
	out[kHead] = fitted(at.x);
	out[kHead + 1] = fitted(at.y);
	out[kHead + 2] = fitted(at.z);
	out[kTracked01] = frame.tracked ? 1.0f : 0.0f;
	out[kConfidence01] = static_cast<float>(frame.confidence);
	for (std::size_t i = 0; i < kExpressions.size(); ++i) {
		out[kFirstExpression + i] = frame.expression[i];
		out[kFirstMood + i] = frame.mood == static_cast<std::int32_t>(i) ? 1.0f : 0.0f;
	}
}

Point rest_position(std::size_t bone) {
	return unreal_point(kRest[bone]);
}

Turn bone_turn(const Frame& frame, std::size_t bone) {
	return unreal_turn(own_turn(frame, bone));
}

}  // namespace facewire
