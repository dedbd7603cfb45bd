#include "Zmtp.h"

#include <algorithm>

namespace facewire {

namespace {

constexpr std::size_t kGreetingSize = 64;
// Signature and version. The rest waits until the publisher has said its mechanism:
// libzmq closes the connection as soon as it knows that ours is another one, and we could
// not say why.
constexpr std::size_t kFirstSize = 12;
constexpr std::uint8_t kMore = 1;
constexpr std::uint8_t kLong = 2;
constexpr std::uint8_t kCommand = 4;

// Room for a frame of the largest size, and for what comes after it.
constexpr std::size_t kRoom = 2 * (kMostBytes + 16);

constexpr std::size_t kMostContext = 16;

std::uint64_t big(const std::uint8_t* data, std::size_t size) {
	std::uint64_t out = 0;
	for (std::size_t i = 0; i < size; ++i) {
		out = out << 8 | data[i];
	}
	return out;
}

// What a stranger said, safe to show: short, and only plain letters.
std::string shown(std::string_view text) {
	std::string out(text.substr(0, 60));
	std::replace_if(out.begin(), out.end(),
		[](char each) { return each < ' ' || each > '~'; }, '?');
	return out;
}

}  // namespace

Zmtp::Zmtp(std::string_view subject) : subject_(subject.substr(0, 4 * kLongestSubject)), in_(kRoom) {
	begin();
}

void Zmtp::begin() {
	stage_ = Stage::kGreeting;
	in_size_ = 0;
	out_size_ = kFirstSize;
	second_ = false;
	problem_.clear();
	out_.fill(0);
	out_[0] = 0xff;
	out_[9] = 0x7f;
	out_[10] = 3;
}

std::uint8_t* Zmtp::room(std::size_t& size) {
	size = in_.size() - in_size_;
	return in_.data() + in_size_;
}

void Zmtp::sent(std::size_t size) {
	out_size_ -= size;
	std::memmove(out_.data(), out_.data() + size, out_size_);
}

bool Zmtp::fail(std::string problem) {
	problem_ = std::move(problem);
	return false;
}

bool Zmtp::put(std::uint8_t flags, std::string_view body) {
	const bool wide = body.size() > 255;
	const std::size_t head = wide ? 9 : 2;
	if (out_.size() - out_size_ < head + body.size()) {
		return fail("the publisher asks and never reads the answers");
	}
	std::uint8_t* at = out_.data() + out_size_;
	std::memset(at, 0, head);
	at[0] = static_cast<std::uint8_t>(flags | (wide ? kLong : 0));
	at[head - 1] = static_cast<std::uint8_t>(body.size());
	if (wide) {
		at[head - 2] = static_cast<std::uint8_t>(body.size() >> 8);
	}
	std::memcpy(at + head, body.data(), body.size());
	out_size_ += head + body.size();
	return true;
}

void Zmtp::ping() {
	// No time to live: we close the connection ourselves where nothing is answered.
	put(kCommand, std::string_view("\4PING\0\0", 7));
}

bool Zmtp::arrived(std::size_t size, Taker& taker) {
	in_size_ += size;
	taken_ = 0;
	bool good = stage_ != Stage::kGreeting || greeting();
	while (good && stage_ != Stage::kGreeting && in_size_ - taken_ >= 2) {
		const std::uint8_t* at = in_.data() + taken_;
		const std::size_t left = in_size_ - taken_;
		const std::uint8_t flags = at[0];
		const bool wide = (flags & kLong) != 0;
		if (flags > 7 || (flags & (kCommand | kMore)) == (kCommand | kMore)) {
			good = fail("the publisher sent a frame of an unknown kind");
			break;
		}
		const std::size_t head = wide ? 9 : 2;
		if (left < head) {
			break;
		}
		const std::uint64_t length = big(at + 1, head - 1);
		if (length > kMostBytes) {
			good = fail("the publisher announced " + std::to_string(length) +
				" bytes, at most 65536 are expected");
			break;
		}
		if (left - head < length) {
			break;
		}
		taken_ += head + static_cast<std::size_t>(length);
		good = frame(flags, {at + head, static_cast<std::size_t>(length)}, taker);
	}
	in_size_ -= taken_;
	std::memmove(in_.data(), in_.data() + taken_, in_size_);
	return good;
}

bool Zmtp::greeting() {
	const std::uint8_t* at = in_.data();
	if ((in_size_ > 0 && at[0] != 0xff) || (in_size_ > 9 && (at[9] & 1) == 0)) {
		return fail("what answers there is no ZeroMQ publisher; is the port right?");
	}
	if (in_size_ > 10 && at[10] < 3) {
		return fail("the publisher speaks ZMTP " + std::to_string(at[10] + 1) +
			" or older, expected 3; update what publishes there");
	}
	if (in_size_ < kGreetingSize) {
		return true;
	}
	const auto* name = reinterpret_cast<const char*>(at + 12);
	const std::string_view padded(name, 20);
	const std::string_view mechanism = padded.substr(0, padded.find('\0'));
	if (mechanism == "CURVE") {
		return fail("the publisher encrypts with CURVE, which this plugin does not; use "
			"--sink native=udp://HOST:PORT, or add ?curve=false to facewire's zmq sink on a "
			"network that you trust");
	}
	if (mechanism != "NULL") {
		return fail("the publisher asks for the mechanism " + shown(mechanism) +
			", expected NULL: no password and no encryption");
	}
	taken_ = kGreetingSize;
	stage_ = Stage::kHandshake;
	std::memset(out_.data() + out_size_, 0, kGreetingSize - kFirstSize);
	std::memcpy(out_.data() + out_size_, "NULL", 4);
	out_size_ += kGreetingSize - kFirstSize;
	return put(kCommand, std::string_view("\5READY\13Socket-Type\0\0\0\3SUB", 25));
}

bool Zmtp::frame(std::uint8_t flags, Bytes body, Taker& taker) {
	if (flags & kCommand) {
		return command(body);
	}
	if (stage_ == Stage::kHandshake) {
		return fail("the publisher sent a message before it was ready");
	}
	return part((flags & kMore) != 0, body, taker);
}

bool Zmtp::command(Bytes body) {
	if (body.size == 0 || body.size - 1 < body.data[0]) {
		return fail("the publisher sent a command without a name");
	}
	const std::string_view name = body.text().substr(1, body.data[0]);
	const Bytes data = {body.data + 1 + name.size(), body.size - 1 - name.size()};
	if (name == "ERROR") {
		return fail("the publisher refuses us: " + shown(data.text().substr(data.size > 0 ? 1 : 0)));
	}
	if (stage_ == Stage::kHandshake) {
		return name == "READY" ? ready(data) : fail("the publisher was not ready but sent " + shown(name));
	}
	if (name == "PING" && data.size >= 2) {
		const std::string_view context = data.text().substr(2, kMostContext);
		return put(kCommand, std::string("\4PONG").append(context));
	}
	return true;  // a PONG, or a command of a later version
}

bool Zmtp::ready(Bytes left) {
	std::string_view type;
	while (left.size > 0) {
		const std::size_t name = left.data[0];
		if (left.size < 1 + name + 4) {
			return fail("the publisher sent a broken READY");
		}
		const std::uint64_t size = big(left.data + 1 + name, 4);
		const std::size_t head = 1 + name + 4;
		if (size > left.size - head) {
			return fail("the publisher sent a broken READY");
		}
		const std::string_view text = left.text();
		if (text.substr(1, name) == "Socket-Type") {
			type = text.substr(head, static_cast<std::size_t>(size));
		}
		left = {left.data + head + size, left.size - head - static_cast<std::size_t>(size)};
	}
	if (type != "PUB" && type != "XPUB") {
		return fail("a socket of type " + shown(type) + " answers there, expected PUB or XPUB");
	}
	stage_ = Stage::kMessages;
	return put(0, std::string("\1").append(kFaceTopic).append(subject_)) &&
	       put(0, std::string("\1").append(kSchemaTopic));
}

bool Zmtp::part(bool more, Bytes body, Taker& taker) {
	if (second_) {
		if (more) {
			return fail("the publisher sent a message of more than two parts");
		}
		second_ = false;
		if (topic_long_) {
			taker.refuse(body, {"the topic", "is longer than a subject's may be"});
		} else {
			const std::string_view topic = topic_.view();
			taker.take({reinterpret_cast<const std::uint8_t*>(topic.data()), topic.size()}, body);
		}
		return true;
	}
	if (!more) {
		taker.refuse(body, {"the message", "has one part, expected topic and map"});
		return true;
	}
	topic_.set(body.text());
	topic_long_ = body.size > topic_.bytes.size();
	second_ = true;
	return true;
}

}  // namespace facewire
