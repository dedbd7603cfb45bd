#include "Receiver.h"

#include <algorithm>

namespace facewire {

namespace {

// A face is never meant to be seen so much earlier or later than it was captured.
constexpr std::int64_t kMostLeadNs = kSecond;
constexpr std::int64_t kSilentNs = kSecond;
constexpr std::int64_t kRateEveryNs = kSecond;

std::int64_t shown(const Frame& frame, const Clock& clock) {
	const std::int64_t lead = minus(frame.display_ns, frame.captured_ns);
	return clock.local(frame.captured_ns) + std::clamp(lead, -kMostLeadNs, kMostLeadNs);
}

}  // namespace

Receiver::Receiver(const Address& address, Now now)
	: address_(address),
	  now_(now),
	  inlet_(open_inlet(address)),
	  buffer_ns_(address.buffer_ms * kMs),
	  subjects_(kMostSubjects) {
	for (Subject& subject : subjects_) {
		subject.playback = Playback(buffer_ns_ > 0 ? kMostWaiting : 0);
	}
}

void Receiver::step(int wait_ms, Listener& listener) {
	const std::int64_t now_ns = now_();
	// A millisecond too late rather than many empty rounds before.
	const std::int64_t rest_ms = (next_due_ns() - now_ns) / kMs + 1;
	inlet_->read(now_ns, static_cast<int>(std::clamp<std::int64_t>(rest_ms, 0, wait_ms)), *this);
	const std::int64_t due_ns = now_() - buffer_ns_;
	for (Subject& subject : subjects_) {
		if (subject.waiting) {
			subject.waiting = false;
			give(subject, subject.newest, listener);
		}
		while (const Frame* frame = subject.playback.due(subject.clock.theirs(due_ns))) {
			give(subject, *frame, listener);
		}
	}
	remove_silent(listener);
	if (now_ns - counted_ns_ >= kRateEveryNs) {
		rate_ = static_cast<double>(counts_.frames - counted_) * static_cast<double>(kSecond) /
			static_cast<double>(now_ns - counted_ns_);
		counted_ns_ = now_ns;
		counted_ = counts_.frames;
	}
}

void Receiver::take(Bytes topic, Bytes map) {
	if (topic.text() == kSchemaTopic) {
		if (const Refusal refusal = decode_schema(map, schema_)) {
			refuse(map, refusal);
		} else {
			++counts_.schemas;
		}
		return;
	}
	if (const Refusal refusal = decode(map, frame_)) {
		refuse(map, refusal);
		return;
	}
	const std::string_view name = frame_.subject.view();
	// A ZeroMQ subscription to face.Ann also brings face.Anna.
	if (!address_.subject.empty() && name != address_.subject) {
		++counts_.others;
		other_ = frame_.subject;
		return;
	}
	Subject* subject = subject_of(name);
	if (subject == nullptr) {
		refuse(map, {"subject", "is the 17th at a time, at most 16 are expected"});
		return;
	}
	++counts_.frames;
	arrive(*subject);
}

void Receiver::arrive(Subject& subject) {
	const std::int64_t now_ns = now_();
	heard_ns_ = now_ns;
	const Arrival arrival = subject.order.judge(frame_, now_ns);
	subject.heard_ns = now_ns;
	subject.tracked = frame_.tracked;
	if (arrival == Arrival::kRepeated) {
		++counts_.repeated;
		return;
	}
	counts_.restarts += arrival == Arrival::kRestart ? 1 : 0;
	if (subject.clock.hear(frame_.captured_ns, now_ns) || arrival == Arrival::kRestart) {
		// What waits is of another time.
		subject.playback.clear();
		subject.given_ns = INT64_MIN;
	}
	if (buffer_ns_ > 0) {
		if (arrival == Arrival::kLate && frame_.captured_ns < subject.given_ns) {
			++counts_.late;
		} else if (!subject.playback.keep(frame_)) {
			++counts_.skipped;
		}
		return;
	}
	if (arrival == Arrival::kLate) {
		++counts_.late;
		return;
	}
	counts_.skipped += subject.waiting ? 1 : 0;
	subject.newest = frame_;
	subject.waiting = true;
}

void Receiver::give(Subject& subject, const Frame& frame, Listener& listener) {
	++counts_.given;
	subject.given_ns = frame.captured_ns;
	listener.face(frame, shown(frame, subject.clock));
}

std::int64_t Receiver::next_due_ns() const {
	std::int64_t out = INT64_MAX;
	for (const Subject& subject : subjects_) {
		if (subject.playback.waiting() > 0) {
			out = std::min(out, subject.clock.local(subject.playback.next_ns(0)) + buffer_ns_);
		}
	}
	return out;
}

void Receiver::remove_silent(Listener& listener) {
	const std::int64_t now_ns = now_();
	for (Subject& subject : subjects_) {
		if (subject.used && now_ns - subject.heard_ns > kGoneNs) {
			listener.gone(subject.newest.subject.view());
			subject.used = false;
			subject.order = Order();
			subject.clock = Clock();
			subject.given_ns = INT64_MIN;
			subject.playback.clear();
		}
	}
}

Receiver::Subject* Receiver::subject_of(std::string_view name) {
	Subject* free = nullptr;
	for (Subject& subject : subjects_) {
		if (!subject.used) {
			free = free == nullptr ? &subject : free;
		} else if (subject.newest.subject.view() == name) {
			return &subject;
		}
	}
	if (free != nullptr) {
		free->used = true;
		free->newest.subject.set(name);
		free->heard_ns = now_();
	}
	return free;
}

void Receiver::refuse(Bytes data, Refusal why) {
	++counts_.refused;
	refusal_ = why;
	stranger_ = recognised(data);
}

std::uint64_t Receiver::lost() const {
	std::uint64_t out = 0;
	for (const Subject& subject : subjects_) {
		out += subject.used ? subject.order.lost() : 0;
	}
	return out;
}

std::string Receiver::faces() const {
	int count = 0;
	int tracked = 0;
	for (const Subject& subject : subjects_) {
		count += subject.used ? 1 : 0;
		tracked += subject.used && subject.tracked ? 1 : 0;
	}
	std::string out = count == 1 ? "1 face" : std::to_string(count) + " faces";
	if (tracked < count) {
		out += tracked == 0 ? ", none seen now" : ", " + std::to_string(tracked) + " seen now";
	}
	return out;
}

std::string Receiver::status() const {
	const std::string place = place_of(address_);
	if (!inlet_->problem().empty()) {
		return place + ": " + inlet_->problem();
	}
	if (!inlet_->is_open()) {
		return place + ": connecting";
	}
	if (counts_.frames == 0 && counts_.others > 0) {
		return place + ": nobody is called " + address_.subject + "; " +
			std::string(other_.view()) + " arrives. Change subject, or leave it empty";
	}
	if (counts_.frames == 0 && counts_.refused > 0 && stranger_ != nullptr) {
		return place + ": " + stranger_ + " arrives, expected facewire's native stream; "
			"send it to another port";
	}
	if (counts_.frames == 0 && counts_.refused > 0) {
		return place + ": " + std::to_string(counts_.refused) + " messages cannot be read: " +
			refusal_.what + " " + refusal_.fact;
	}
	if (counts_.frames == 0) {
		return address_.udp
			? place + ": nothing yet; start facewire with --sink native=" + place
			: place + ": connected, no face yet";
	}
	const std::int64_t silent_ns = now_() - heard_ns_;
	if (silent_ns > kSilentNs) {
		return place + ": silent for " + std::to_string(silent_ns / kSecond) +
			" s; is facewire still running?";
	}
	std::string out = place + ": " + faces() + ", " +
		std::to_string(static_cast<int>(rate_ + 0.5)) + " frames a second";
	if (counts_.schemas > 0 && !schema_.known) {
		out += "; the sender names other channels than this plugin: update the older one";
	}
	return out;
}

}  // namespace facewire
