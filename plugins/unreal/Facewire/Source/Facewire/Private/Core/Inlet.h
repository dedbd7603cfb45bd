// Where messages come from: a bound UDP port, or a ZeroMQ publisher. Both begin again by
// themselves whenever something breaks.

#pragma once

#include <memory>
#include <vector>

#include "Address.h"
#include "Clock.h"
#include "Socket.h"
#include "Taker.h"
#include "Zmtp.h"

namespace facewire {

class Inlet {
public:
	virtual ~Inlet() = default;

	// Wait at most `wait_ms` for something, then take all that is there, up to a bound.
	virtual void read(std::int64_t now_ns, int wait_ms, Taker& taker) = 0;

	// Bound or connected: messages can arrive.
	virtual bool is_open() const = 0;

	// What is wrong, in a sentence without the address; empty while all is well.
	const std::string& problem() const { return problem_; }

protected:
	std::string problem_;
};

class UdpInlet : public Inlet {
public:
	explicit UdpInlet(const Address& address);
	void read(std::int64_t now_ns, int wait_ms, Taker& taker) override;
	bool is_open() const override { return socket_.is_open(); }

private:
	std::string host_;
	int port_;
	Socket socket_;
	std::int64_t again_ns_ = INT64_MIN;
	std::vector<std::uint8_t> room_;
};

class ZmqInlet : public Inlet {
public:
	// A connection that takes longer than this, or an open one that is silent for so
	// long although it is asked, is given up.
	static constexpr std::int64_t kPatienceNs = 6 * kSecond;
	// After such a silence the publisher is asked whether it is there.
	static constexpr std::int64_t kAskNs = 2 * kSecond;
	// Pauses between attempts grow from the first to the last.
	static constexpr std::int64_t kFirstPauseNs = 100 * kMs;
	static constexpr std::int64_t kLastPauseNs = 2 * kSecond;

	explicit ZmqInlet(const Address& address);
	void read(std::int64_t now_ns, int wait_ms, Taker& taker) override;
	bool is_open() const override { return socket_.is_open() && zmtp_.open(); }

private:
	void connect(std::int64_t now_ns, int wait_ms);
	void finish_connecting(std::int64_t now_ns, int wait_ms);
	bool flush();
	void give_up(std::int64_t now_ns, const std::string& why, bool at_fault);

	std::string host_;
	int port_;
	Socket socket_;
	Zmtp zmtp_;
	bool connecting_ = false;
	bool asked_ = false;
	std::int64_t heard_ns_ = 0;
	std::int64_t again_ns_ = INT64_MIN;
	std::int64_t pause_ns_ = kFirstPauseNs;
};

std::unique_ptr<Inlet> open_inlet(const Address& address);

}  // namespace facewire
