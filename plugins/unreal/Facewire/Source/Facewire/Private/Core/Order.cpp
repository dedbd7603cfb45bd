#include "Order.h"

namespace facewire {

Arrival Order::start(const Frame& frame, std::int64_t now_ns, Arrival how) {
	any_ = true;
	newest_ = frame.seq;
	seen_ = 1;
	sent_ns_ = frame.sent_ns;
	heard_ns_ = now_ns;
	return how;
}

Arrival Order::judge(const Frame& frame, std::int64_t now_ns) {
	if (!any_) {
		return start(frame, now_ns, Arrival::kNew);
	}
	if (frame.seq > newest_) {
		const std::uint64_t step = frame.seq - newest_;
		lost_ += step - 1;
		seen_ = step < kWindow ? seen_ << step | 1 : 1;
		newest_ = frame.seq;
		sent_ns_ = frame.sent_ns;
		heard_ns_ = now_ns;
		return Arrival::kNew;
	}
	const std::uint64_t back = newest_ - frame.seq;
	// Sent later but counted lower: another run of the sender, on the same machine. Sent
	// much earlier, or after a silence: perhaps its machine has started again. Both
	// clocks of a hostile sender may be anything, so no difference is taken of them
	// that could overflow.
	const bool later = frame.sent_ns > sent_ns_;
	const bool much_earlier =
		frame.sent_ns < INT64_MAX - kRestartNs && frame.sent_ns + kRestartNs < sent_ns_;
	if (later || much_earlier || now_ns - heard_ns_ > kRestartNs) {
		return start(frame, now_ns, Arrival::kRestart);
	}
	const std::uint64_t bit = back < kWindow ? std::uint64_t{1} << back : 0;
	if (bit == 0) {
		return Arrival::kLate;
	}
	if (seen_ & bit) {
		return Arrival::kRepeated;
	}
	seen_ |= bit;
	lost_ -= lost_ > 0 ? 1 : 0;
	return Arrival::kLate;
}

}  // namespace facewire
