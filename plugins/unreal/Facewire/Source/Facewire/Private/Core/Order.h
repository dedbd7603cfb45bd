// The order of one subject's frames: what is new, repeated, late or lost, and whether
// the sender has started again.

#pragma once

#include "Clock.h"
#include "Frame.h"

namespace facewire {

enum class Arrival : std::uint8_t {
	kNew,       // newer than everything so far
	kLate,      // for the first time, but a newer one was here before it
	kRepeated,  // it was here before
	kRestart,   // the first frame of a sender that has started again
};

class Order {
public:
	// How many sequence numbers behind the newest are remembered.
	static constexpr std::uint64_t kWindow = 64;
	// A larger step backwards or in silence is a new start: reordering never takes so
	// long.
	static constexpr std::int64_t kRestartNs = 2 * kSecond;

	Arrival judge(const Frame& frame, std::int64_t now_ns);

	// Frames that are missing for good or still on the way.
	std::uint64_t lost() const { return lost_; }

private:
	Arrival start(const Frame& frame, std::int64_t now_ns, Arrival how);

	bool any_ = false;
	std::uint64_t newest_ = 0;
	std::uint64_t seen_ = 0;  // bit i: newest_ - i was here
	std::uint64_t lost_ = 0;
	std::int64_t sent_ns_ = 0;
	std::int64_t heard_ns_ = 0;
};

}  // namespace facewire
