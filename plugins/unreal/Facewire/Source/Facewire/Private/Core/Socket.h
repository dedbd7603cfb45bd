// The thin edge to the system's sockets: all are non-blocking.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace facewire {

// Closes what it holds.
class Socket {
public:
	Socket() = default;
	~Socket() { close(); }
	Socket(const Socket&) = delete;
	Socket& operator=(const Socket&) = delete;

	// Bind a UDP socket. False: `problem` has a sentence.
	bool bind_udp(const std::string& host, int port, std::string& problem);

	// Begin to connect to a TCP port. False: `problem` has a sentence.
	bool begin_tcp(const std::string& host, int port, std::string& problem);

	// After `begin_tcp`, when `wait` says writable: true if the connection stands.
	bool connected(std::string& problem);

	// Wait until there is something to read or, if asked for, room to write; at most
	// `wait_ms`. True: there is. Errors count as readable: the next call tells.
	bool wait(bool writable, int wait_ms);

	enum class Got : std::uint8_t { kBytes, kNothing, kClosed };

	// Read what waits; `size` is the room, then what was read. A datagram that is larger
	// than the room is cut.
	Got receive(std::uint8_t* room, std::size_t& size);

	// Send what the system takes now. False: the connection is broken.
	bool send(const std::uint8_t* data, std::size_t& size);

	bool is_open() const { return handle_ != kNone; }

	// Safe to call twice.
	void close();

private:
	bool open(const std::string& host, int port, bool udp, std::string& problem);

	static constexpr std::intptr_t kNone = -1;
	std::intptr_t handle_ = kNone;
	bool udp_ = false;
};

// Pause this thread.
void pause_ms(int wait_ms);

}  // namespace facewire
