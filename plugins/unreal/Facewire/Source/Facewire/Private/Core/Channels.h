// The 85 numbers of a frame, by name and in order. Source: protocols/channels.py.
//
//     0..51   52 ARKit weights, 0 to 1
//     52..81  ten bones, a rotation vector x y z each, radians, parent-local
//     82..84  head position x y z, metres, in the camera's frame
//
// Right-handed: +X is the actor's left, +Y up, +Z out of the face.

#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace facewire {

constexpr std::array<std::string_view, 52> kWeights = {
	"eyeBlinkLeft", "eyeLookDownLeft", "eyeLookInLeft", "eyeLookOutLeft",
	"eyeLookUpLeft", "eyeSquintLeft", "eyeWideLeft",
	"eyeBlinkRight", "eyeLookDownRight", "eyeLookInRight", "eyeLookOutRight",
	"eyeLookUpRight", "eyeSquintRight", "eyeWideRight",
	"jawForward", "jawLeft", "jawRight", "jawOpen",
	"mouthClose", "mouthFunnel", "mouthPucker", "mouthLeft", "mouthRight",
	"mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "mouthFrownRight",
	"mouthDimpleLeft", "mouthDimpleRight", "mouthStretchLeft", "mouthStretchRight",
	"mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper",
	"mouthPressLeft", "mouthPressRight", "mouthLowerDownLeft", "mouthLowerDownRight",
	"mouthUpperUpLeft", "mouthUpperUpRight", "browDownLeft", "browDownRight",
	"browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekPuff",
	"cheekSquintLeft", "cheekSquintRight", "noseSneerLeft", "noseSneerRight",
	"tongueOut",
};

// Bone i has channels 52 + 3 i to 54 + 3 i.
constexpr std::array<std::string_view, 10> kBones = {
	"head", "neck", "upperChest", "chest", "spine",
	"leftShoulder", "rightShoulder", "leftEye", "rightEye", "jaw",
};

constexpr std::array<std::string_view, 8> kExpressions = {
	"neutral", "happiness", "surprise", "sadness",
	"anger", "disgust", "fear", "contempt",
};

constexpr std::size_t kFirstRotation = kWeights.size();
constexpr std::size_t kFirstPosition = kFirstRotation + 3 * kBones.size();
constexpr std::size_t kChannels = kFirstPosition + 3;

// Channel `at` is called `name`: for checking the list that a sender describes.
constexpr bool is_channel(std::size_t at, std::string_view name) {
	constexpr std::string_view axes[] = {".x", ".y", ".z"};
	if (at < kFirstRotation) {
		return name == kWeights[at];
	}
	if (at >= kChannels || name.size() < 2) {
		return false;
	}
	const std::size_t turn = at - kFirstRotation;
	const std::string_view stem =
		at < kFirstPosition ? kBones[turn / 3] : std::string_view("headPosition");
	return name.substr(0, name.size() - 2) == stem &&
	       name.substr(name.size() - 2) == axes[turn % 3];
}

}  // namespace facewire
