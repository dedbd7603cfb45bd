// Receives faces: from messages to frames in order, newest first or after a delay. One
// thread calls it.

#pragma once

#include "Inlet.h"
#include "Order.h"
#include "Playback.h"

namespace facewire {

// Who is told about faces.
class Listener {
public:
	virtual ~Listener() = default;

	// A face. `shown_ns`: when it is meant to be seen, on the receiver's clock; within
	// two seconds of its arrival. The frame is valid during the call.
	virtual void face(const Frame& frame, std::int64_t shown_ns) = 0;

	// Nothing was heard of a subject for ten seconds.
	virtual void gone(std::string_view subject) = 0;
};

// What has happened since the start.
struct Counts {
	std::uint64_t frames = 0;    // decoded, of subjects that are wanted
	std::uint64_t given = 0;     // given to the listener
	std::uint64_t schemas = 0;
	std::uint64_t refused = 0;   // could not be read
	std::uint64_t others = 0;    // of subjects that are not wanted
	std::uint64_t repeated = 0;  // arrived twice
	std::uint64_t late = 0;      // dropped: a newer one was given before
	std::uint64_t skipped = 0;   // dropped: a newer one was already here
	std::uint64_t restarts = 0;  // of senders
};

class Receiver : private Taker {
public:
	// Nanoseconds of a monotonic clock.
	using Now = std::int64_t (*)();

	static constexpr std::size_t kMostSubjects = 16;
	static constexpr std::int64_t kGoneNs = 10 * kSecond;
	// Frames of a subject that can wait for playback: half a second at 120 a second.
	static constexpr std::size_t kMostWaiting = 64;

	Receiver(const Address& address, Now now);

	// Wait at most `wait_ms`, then give everything that is new or due.
	void step(int wait_ms, Listener& listener);

	// One sentence for a user: what arrives, or why nothing does and what to do.
	std::string status() const;

	const Counts& counts() const { return counts_; }
	// Frames that never arrived, of all subjects that are here now.
	std::uint64_t lost() const;
	const Address& address() const { return address_; }
	// The newest schema; its software is empty before the first.
	const Schema& schema() const { return schema_; }

private:
	struct Subject {
		bool used = false;
		bool waiting = false;  // `newest` is to be given
		bool tracked = false;  // a face is seen
		std::int64_t heard_ns = 0;
		std::int64_t given_ns = INT64_MIN;  // `captured_ns` of the last that was given
		Order order;
		Clock clock;
		Frame newest;
		Playback playback{0};
	};

	void take(Bytes topic, Bytes map) override;
	void refuse(Bytes data, Refusal why) override;
	void arrive(Subject& subject);
	void give(Subject& subject, const Frame& frame, Listener& listener);
	void remove_silent(Listener& listener);
	std::int64_t next_due_ns() const;
	Subject* subject_of(std::string_view name);
	std::string faces() const;

	Address address_;
	Now now_;
	std::unique_ptr<Inlet> inlet_;
	std::int64_t buffer_ns_;
	std::vector<Subject> subjects_;
	Frame frame_;
	Schema schema_;
	Counts counts_;
	Refusal refusal_;
	const char* stranger_ = nullptr;
	Text<4 * kLongestSubject> other_;
	std::int64_t heard_ns_ = 0;
	std::int64_t counted_ns_ = 0;
	std::uint64_t counted_ = 0;
	double rate_ = 0.0;
};

}  // namespace facewire
