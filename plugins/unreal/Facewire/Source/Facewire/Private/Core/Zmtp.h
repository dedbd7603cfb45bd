// A ZeroMQ subscriber, as bytes in and bytes out: no socket, no thread, no clock.
//
// Source: rfc.zeromq.org/spec/23 (ZMTP 3.0), mechanism NULL.
//
//     greeting  FF, 8 bytes, 7F; u8 major, u8 minor; 20 bytes mechanism, padded with 0;
//               u8 as-server; 31 bytes 0
//     frame     u8 flags: 1 more follows, 2 the length has 8 bytes, 4 a command;
//               u8 or u64 big-endian length; the body
//     command   u8 length of the name, the name, data
//     READY     any number of: u8 length of a name, the name, u32 length, value
//
// A subscription is a message: 01, then the beginning of a topic. A PING is answered with
// a PONG (that is ZMTP 3.1, and libzmq sends it to everybody).

#pragma once

#include <string>
#include <vector>

#include "Packet.h"
#include "Taker.h"

namespace facewire {

class Zmtp {
public:
	// `subject`: only this one; empty: all.
	explicit Zmtp(std::string_view subject);

	// Forget everything: a new connection begins.
	void begin();

	// Where to put the next bytes of the publisher; there is always room.
	std::uint8_t* room(std::size_t& size);

	// The publisher has sent `size` bytes, which are in `room`. False: the connection
	// must be closed, and `problem` says why.
	bool arrived(std::size_t size, Taker& taker);

	// What to send now.
	Bytes to_send() const { return {out_.data(), out_size_}; }
	void sent(std::size_t size);

	// Ask the publisher whether it is there.
	void ping();

	// The handshake is done.
	bool open() const { return stage_ == Stage::kMessages; }

	// One sentence without an address, empty while all is well.
	const std::string& problem() const { return problem_; }

private:
	enum class Stage : std::uint8_t { kGreeting, kHandshake, kMessages };

	// Each reads from what has arrived. False: it is broken.
	bool greeting();
	bool frame(std::uint8_t flags, Bytes body, Taker& taker);
	bool command(Bytes body);
	bool ready(Bytes properties);
	bool part(bool more, Bytes body, Taker& taker);

	bool fail(std::string problem);
	// What is sent is short; false where the publisher never takes it.
	bool put(std::uint8_t flags, std::string_view body);

	std::string subject_;
	Stage stage_ = Stage::kGreeting;
	std::vector<std::uint8_t> in_;
	std::size_t in_size_ = 0;
	std::size_t taken_ = 0;
	std::array<std::uint8_t, 4096> out_{};
	std::size_t out_size_ = 0;
	Text<kFaceTopic.size() + 4 * kLongestSubject> topic_;
	bool topic_long_ = false;
	bool second_ = false;
	std::string problem_;
};

}  // namespace facewire
