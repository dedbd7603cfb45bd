// Times: units, and a sender's clock on the receiver's.

#pragma once

#include <cstdint>

namespace facewire {

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kSecond = 1'000 * kMs;

// Differences and sums that wrap around where a hostile sender's times would overflow.
constexpr std::int64_t minus(std::int64_t a, std::int64_t b) {
	return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
constexpr std::int64_t plus(std::int64_t a, std::int64_t b) {
	return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

// Maps the times of a sender's pictures to the receiver's clock.
//
// A picture needs at least the shortest delay that was seen, so its time here is its own
// time plus the smallest difference between arrival and capture. That difference is the
// clocks', and the constant part of the way. It may rise by 100 ppm, because two quartzes
// drift apart by less. If it rises by more than a second, the sender has paused, or a
// file has begun again: then it counts at once.
class Clock {
public:
	// A picture of this time arrived. True: its sender began again or paused, so that the
	// times before do not continue.
	bool hear(std::int64_t captured_ns, std::int64_t arrived_ns) {
		const std::int64_t difference = minus(arrived_ns, captured_ns);
		const std::int64_t risen = plus(difference_, minus(arrived_ns, heard_ns_) / 10'000);
		const std::int64_t more = minus(difference, risen);
		const bool jumped = known_ && more >= kSecond;
		difference_ = known_ && 0 < more && more < kSecond ? risen : difference;
		heard_ns_ = arrived_ns;
		known_ = true;
		return jumped;
	}

	// The receiver's time of a picture; at most a second before its arrival.
	std::int64_t local(std::int64_t captured_ns) const { return plus(captured_ns, difference_); }

	// The sender's time that is `local_ns` here.
	std::int64_t theirs(std::int64_t local_ns) const { return minus(local_ns, difference_); }

private:
	bool known_ = false;
	std::int64_t difference_ = 0;
	std::int64_t heard_ns_ = 0;
};

}  // namespace facewire
