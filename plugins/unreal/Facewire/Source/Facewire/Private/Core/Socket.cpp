#include "Socket.h"

#include <chrono>
#include <cstring>
#include <thread>

#ifdef _WIN32
#ifndef NOMINMAX
#define NOMINMAX
#endif
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <cerrno>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#endif

namespace facewire {

namespace {

// A second of datagrams from many faces.
constexpr int kBuffer = 256 * 1024;

#ifdef _WIN32
using Native = SOCKET;

// Sockets must be started once; the process ends them.
bool started() {
	static const bool good = [] {
		WSADATA data;
		return WSAStartup(MAKEWORD(2, 2), &data) == 0;
	}();
	return good;
}
int last_error() { return WSAGetLastError(); }
bool is_wait(int error) { return error == WSAEWOULDBLOCK || error == WSAEINPROGRESS; }
bool is_broken_datagram(int error) { return error == WSAECONNRESET || error == WSAEMSGSIZE; }
void close_native(Native socket) { closesocket(socket); }
bool unblock(Native socket) {
	u_long yes = 1;
	return ioctlsocket(socket, FIONBIO, &yes) == 0;
}
int poll_native(Native socket, short events, int wait_ms) {
	WSAPOLLFD entry = {socket, events, 0};
	return WSAPoll(&entry, 1, wait_ms);
}
const char* words(int error) {
	switch (error) {
	case WSAEADDRINUSE: return "another program listens there already; choose another port";
	case WSAEACCES: return "the system does not allow it; choose another port";
	case WSAEADDRNOTAVAIL: return "this machine has no such address";
	case WSAECONNREFUSED: return "nothing listens there yet; is facewire running?";
	default: return "the system gave an error";
	}
}
#else
using Native = int;
bool started() { return true; }
int last_error() { return errno; }
bool is_wait(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINPROGRESS || error == EINTR; }
bool is_broken_datagram(int error) { return error == ECONNREFUSED; }
void close_native(Native socket) { ::close(socket); }
bool unblock(Native socket) {
	const int flags = fcntl(socket, F_GETFL, 0);
	return flags >= 0 && fcntl(socket, F_SETFL, flags | O_NONBLOCK) == 0 &&
	       fcntl(socket, F_SETFD, FD_CLOEXEC) == 0;
}
int poll_native(Native socket, short events, int wait_ms) {
	pollfd entry = {socket, events, 0};
	return poll(&entry, 1, wait_ms);
}
const char* words(int error) {
	switch (error) {
	case EADDRINUSE: return "another program listens there already; choose another port";
	case EACCES: return "the system does not allow it; choose a port above 1023";
	case EADDRNOTAVAIL: return "this machine has no such address";
	case ECONNREFUSED: return "nothing listens there yet; is facewire running?";
	case ENETUNREACH: case EHOSTUNREACH: return "there is no way to that machine";
	default: return "the system gave an error";
	}
}
#endif

#ifdef MSG_NOSIGNAL
constexpr int kSendFlags = MSG_NOSIGNAL;
#else
constexpr int kSendFlags = 0;
#endif

std::string sentence(int error) {
	return std::string(words(error)) + " (" + std::to_string(error) + ")";
}

template <typename Number>
void option(Native socket, int level, int name, Number value) {
	// Best effort: each only makes things better.
	(void)setsockopt(socket, level, name, reinterpret_cast<const char*>(&value), sizeof value);
}

}  // namespace

bool Socket::open(const std::string& host, int port, bool udp, std::string& problem) {
	close();
	udp_ = udp;
	addrinfo hints{};
	hints.ai_socktype = udp ? SOCK_DGRAM : SOCK_STREAM;
	addrinfo* found = nullptr;
	if (!started() ||
	    getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0 ||
	    found == nullptr) {
		problem = "no machine is called " + host;
		return false;
	}
	const Native made = ::socket(found->ai_family, found->ai_socktype, found->ai_protocol);
	handle_ = static_cast<std::intptr_t>(made);
	int failed = handle_ == kNone || !unblock(made) ? last_error() : 0;
	if (failed == 0 && udp) {
		// No reuse of addresses: two listeners on one port would each get a part.
		option(made, SOL_SOCKET, SO_RCVBUF, kBuffer);
		if (::bind(made, found->ai_addr, static_cast<socklen_t>(found->ai_addrlen)) != 0) {
			failed = last_error();
		}
	} else if (failed == 0) {
		option(made, IPPROTO_TCP, TCP_NODELAY, 1);
#ifdef SO_NOSIGPIPE
		option(made, SOL_SOCKET, SO_NOSIGPIPE, 1);
#endif
		if (::connect(made, found->ai_addr, static_cast<socklen_t>(found->ai_addrlen)) != 0 &&
		    !is_wait(last_error())) {
			failed = last_error();
		}
	}
	freeaddrinfo(found);
	if (failed != 0) {
		problem = sentence(failed);
		close();
	}
	return failed == 0;
}

bool Socket::bind_udp(const std::string& host, int port, std::string& problem) {
	return open(host, port, true, problem);
}

bool Socket::begin_tcp(const std::string& host, int port, std::string& problem) {
	return open(host, port, false, problem);
}

bool Socket::connected(std::string& problem) {
	int error = 0;
	socklen_t size = sizeof error;
	if (getsockopt(static_cast<Native>(handle_), SOL_SOCKET, SO_ERROR,
			reinterpret_cast<char*>(&error), &size) != 0) {
		error = last_error();
	}
	if (error != 0) {
		problem = sentence(error);
	}
	return error == 0;
}

bool Socket::wait(bool writable, int wait_ms) {
	const auto events = static_cast<short>(writable ? POLLIN | POLLOUT : POLLIN);
	return poll_native(static_cast<Native>(handle_), events, wait_ms) > 0;
}

Socket::Got Socket::receive(std::uint8_t* room, std::size_t& size) {
	const auto got = ::recv(static_cast<Native>(handle_), reinterpret_cast<char*>(room),
#ifdef _WIN32
		static_cast<int>(size),
#else
		size,
#endif
		0);
	// A datagram may be empty; an empty stream has ended.
	if (got > 0 || (got == 0 && udp_)) {
		size = static_cast<std::size_t>(got);
		return Got::kBytes;
	}
	const int error = got < 0 ? last_error() : 0;
	size = 0;
	return got < 0 && (is_wait(error) || is_broken_datagram(error)) ? Got::kNothing : Got::kClosed;
}

bool Socket::send(const std::uint8_t* data, std::size_t& size) {
	const auto put = ::send(static_cast<Native>(handle_), reinterpret_cast<const char*>(data),
#ifdef _WIN32
		static_cast<int>(size),
#else
		size,
#endif
		kSendFlags);
	size = put > 0 ? static_cast<std::size_t>(put) : 0;
	return put >= 0 || is_wait(last_error());
}

void Socket::close() {
	if (handle_ != kNone) {
		close_native(static_cast<Native>(handle_));
		handle_ = kNone;
	}
}

void pause_ms(int wait_ms) {
	std::this_thread::sleep_for(std::chrono::milliseconds(wait_ms));
}

}  // namespace facewire
