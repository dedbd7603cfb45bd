#include "Inlet.h"

#include <algorithm>

namespace facewire {

namespace {

// No datagram is larger.
constexpr std::size_t kMostDatagram = 65'536;
// Datagrams, or chunks of a stream, that one call of `read` takes: a flood must not keep
// the caller from looking at anything else.
constexpr int kMostAtOnce = 256;
constexpr std::int64_t kBindAgainNs = kSecond;

// Wait until `again_ns`, but at most `wait_ms`. True: it is time.
bool due_again(std::int64_t now_ns, std::int64_t again_ns, int wait_ms) {
	if (now_ns >= again_ns) {
		return true;
	}
	const std::int64_t left_ms = (again_ns - now_ns) / kMs + 1;
	pause_ms(static_cast<int>(std::min<std::int64_t>(left_ms, wait_ms)));
	return false;
}

}  // namespace

UdpInlet::UdpInlet(const Address& address)
	: host_(address.host), port_(address.port), room_(kMostDatagram) {}

void UdpInlet::read(std::int64_t now_ns, int wait_ms, Taker& taker) {
	if (!socket_.is_open()) {
		if (!due_again(now_ns, again_ns_, wait_ms)) {
			return;
		}
		again_ns_ = now_ns + kBindAgainNs;
		if (!socket_.bind_udp(host_, port_, problem_)) {
			return;
		}
		problem_.clear();
	}
	if (!socket_.wait(false, wait_ms)) {
		return;
	}
	for (int i = 0; i < kMostAtOnce; ++i) {
		std::size_t size = room_.size();
		const Socket::Got got = socket_.receive(room_.data(), size);
		if (got == Socket::Got::kClosed) {
			problem_ = "the system closed the port; it is opened again";
			socket_.close();
		}
		if (got != Socket::Got::kBytes) {
			return;
		}
		const Bytes datagram = {room_.data(), size};
		Bytes topic;
		Bytes map;
		if (const Refusal refusal = split(datagram, topic, map)) {
			taker.refuse(datagram, refusal);
		} else if (topic.text() != kSchemaTopic && topic.text().substr(0, kFaceTopic.size()) != kFaceTopic) {
			taker.refuse(datagram, {"the topic", "is not face.<subject> or schema"});
		} else {
			taker.take(topic, map);
		}
	}
}

ZmqInlet::ZmqInlet(const Address& address)
	: host_(address.host), port_(address.port), zmtp_(address.subject) {}

void ZmqInlet::give_up(std::int64_t now_ns, const std::string& why, bool at_fault) {
	socket_.close();
	connecting_ = false;
	problem_ = why;
	// Somebody must change something first, so there is no hurry.
	pause_ns_ = at_fault ? kLastPauseNs : pause_ns_;
	again_ns_ = now_ns + pause_ns_;
	pause_ns_ = std::min(2 * pause_ns_, kLastPauseNs);
}

void ZmqInlet::connect(std::int64_t now_ns, int wait_ms) {
	if (!due_again(now_ns, again_ns_, wait_ms)) {
		return;
	}
	std::string why;
	zmtp_.begin();
	if (!socket_.begin_tcp(host_, port_, why)) {
		give_up(now_ns, why, false);
		return;
	}
	connecting_ = true;
	asked_ = false;
	heard_ns_ = now_ns;
}

void ZmqInlet::finish_connecting(std::int64_t now_ns, int wait_ms) {
	std::string why;
	if (socket_.wait(true, wait_ms)) {
		connecting_ = !socket_.connected(why);
		if (connecting_) {
			give_up(now_ns, why, false);
		}
	} else if (now_ns - heard_ns_ > kPatienceNs) {
		give_up(now_ns, "no answer; is the machine on, and does its firewall allow the port?", false);
	}
}

bool ZmqInlet::flush() {
	while (zmtp_.to_send().size > 0) {
		std::size_t size = zmtp_.to_send().size;
		if (!socket_.send(zmtp_.to_send().data, size)) {
			return false;
		}
		if (size == 0) {
			return true;
		}
		zmtp_.sent(size);
	}
	return true;
}

void ZmqInlet::read(std::int64_t now_ns, int wait_ms, Taker& taker) {
	if (!socket_.is_open()) {
		connect(now_ns, wait_ms);
		return;
	}
	if (connecting_) {
		finish_connecting(now_ns, wait_ms);
		return;
	}
	bool alive = flush();
	const bool any = alive && socket_.wait(zmtp_.to_send().size > 0, wait_ms);
	for (int i = 0; any && alive && i < kMostAtOnce; ++i) {
		std::size_t size = 0;
		std::uint8_t* room = zmtp_.room(size);
		const Socket::Got got = socket_.receive(room, size);
		if (got == Socket::Got::kNothing) {
			break;
		}
		alive = got == Socket::Got::kBytes;
		if (alive) {
			heard_ns_ = now_ns;
			asked_ = false;
			if (!zmtp_.arrived(size, taker)) {
				give_up(now_ns, zmtp_.problem(), true);
				return;
			}
		}
	}
	if (zmtp_.open()) {
		problem_.clear();
		pause_ns_ = kFirstPauseNs;
	}
	const std::int64_t silent_ns = now_ns - heard_ns_;
	if (silent_ns > kAskNs && zmtp_.open() && !asked_) {
		asked_ = true;
		zmtp_.ping();
	}
	if (!alive || !flush()) {
		give_up(now_ns, "the publisher closed the connection; facewire is ending or starting again", false);
	} else if (silent_ns > kPatienceNs) {
		give_up(now_ns, "the publisher is connected but says nothing; is it facewire?", false);
	}
}

std::unique_ptr<Inlet> open_inlet(const Address& address) {
	if (address.udp) {
		return std::make_unique<UdpInlet>(address);
	}
	return std::make_unique<ZmqInlet>(address);
}

}  // namespace facewire
