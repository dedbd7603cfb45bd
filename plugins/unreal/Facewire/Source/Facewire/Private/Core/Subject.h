// What a Live Link subject is made of: its properties and its bones.

#pragma once

#include <string>

#include "Frame.h"
#include "Turn.h"

namespace facewire {

// The properties of a face, in order. The first 61 are those of Unreal's ARKit source,
// so that everything that takes its subjects takes ours.
//
//     0..51    weights, 0 to 1: EyeBlinkLeft ...
//     52..60   yaw, pitch, roll of head, left eye and right eye, radians: HeadYaw ...
//     61..63   HeadX, HeadY, HeadZ: the head in the camera's frame, cm, Unreal's axes
//     64, 65   Tracked: 1, or 0 while the last face is held; Confidence, 0 to 1
//     66..73   probabilities: ExpressionNeutral ...; all 0: unknown
//     74..125  the expected error of each weight, 0 to 1: DoubtEyeBlinkLeft ...
//     126..133 the held expression: 1 for the one that is held, else 0: MoodNeutral ...;
//              all 0: unknown
//
// The held expression is eight properties and not its number, because Live Link mixes
// two frames where it does not show the newest one: between 0 and 4 it would name 2.
constexpr std::size_t kAngles = kWeights.size();
constexpr std::size_t kHead = kAngles + 9;
constexpr std::size_t kTracked01 = kHead + 3;
constexpr std::size_t kConfidence01 = kTracked01 + 1;
constexpr std::size_t kFirstExpression = kConfidence01 + 1;
constexpr std::size_t kFirstDoubt = kFirstExpression + kExpressions.size();
constexpr std::size_t kFirstMood = kFirstDoubt + kWeights.size();
constexpr std::size_t kProperties = kFirstMood + kExpressions.size();

// The doubt of a weight of which nothing is known: no number within 0 to 1 can have a
// larger standard deviation.
constexpr float kNoIdea = 0.5f;

// The name of the held expression; empty where it is unknown.
std::string_view mood_name(const Frame& frame);

using Properties = std::array<float, kProperties>;

std::string property_name(std::size_t at);
void properties(const Frame& frame, Properties& out);

// The bones of the second subject: a parent comes before its children.
struct Bone {
	// Index in kBones.
	std::size_t channel;
	// Index in kSkeleton; -1 for the root.
	int parent;
};

constexpr std::array<Bone, kBones.size()> kSkeleton = {{
	{4, -1},  // spine
	{3, 0},   // chest
	{2, 1},   // upperChest
	{1, 2},   // neck
	{0, 3},   // head
	{7, 4},   // leftEye
	{8, 4},   // rightEye
	{9, 4},   // jaw
	{5, 2},   // leftShoulder
	{6, 2},   // rightShoulder
}};

// Where a bone begins, from its parent, at rest: cm, Unreal's axes, a typical adult of
// 1.6 m (protocols/bones.py).
Point rest_position(std::size_t bone);

// The turn of bone kSkeleton[bone] from its rest, parent-local, in Unreal's axes.
Turn bone_turn(const Frame& frame, std::size_t bone);

}  // namespace facewire
