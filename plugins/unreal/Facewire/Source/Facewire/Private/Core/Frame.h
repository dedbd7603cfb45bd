// One frame of facewire's native stream, as protocols/native.py describes it.

#pragma once

#include "Bytes.h"
#include "Channels.h"

namespace facewire {

// Characters of a subject's name; each has at most four bytes.
constexpr std::size_t kLongestSubject = 256;

// The mood of a face that holds no expression that is known, and of every face from a
// sender that does not say.
constexpr std::int32_t kNoMood = -1;

// Frames since midnight at a rate of num / den, and a fraction of a frame, 0 <= x < 1.
struct Timecode {
	std::int32_t frame = 0;
	double subframe = 0.0;
	std::int32_t num = 60;
	std::int32_t den = 1;
};

struct Frame {
	Text<4 * kLongestSubject> subject;
	// Counts what the sender sent of this subject; a gap is a frame lost on the way.
	std::uint64_t seq = 0;
	// Counts captures; a gap is a frame that the sender dropped.
	std::uint64_t index = 0;
	// Nanoseconds on the sender's monotonic clock: the picture's, the sending's, and
	// those at which the face is meant to be seen.
	std::int64_t captured_ns = 0;
	std::int64_t sent_ns = 0;
	std::int64_t display_ns = 0;
	bool tracked = false;
	bool has_doubt = false;
	// The one expression that the face holds, as the sender says: its place in
	// kExpressions, or kNoMood. It does not flicker as the probabilities do.
	std::int32_t mood = kNoMood;
	// 0 to 1.
	double confidence = 0.0;
	std::array<float, kChannels> vector{};
	// Probabilities; all 0 where none was identified.
	std::array<float, kExpressions.size()> expression{};
	// The error that the solver expects of each weight, 0 to 1; 0 without `has_doubt`.
	std::array<float, kWeights.size()> doubt{};
	Timecode time;
};

// What a sender says about itself, in a schema message.
struct Schema {
	Text<4 * kLongestSubject> software;
	// The version is 1.minor.
	std::uint64_t minor = 0;
	// Its channels, expressions and doubts are those that this code was written for.
	bool known = false;
};

}  // namespace facewire
