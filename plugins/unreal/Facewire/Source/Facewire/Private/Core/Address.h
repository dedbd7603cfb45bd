// Where to listen, as text: what Unreal keeps in a Live Link preset.
//
//     udp://127.0.0.1:5561?subject=Ann&bones=0&buffer=50
//     tcp://127.0.0.1:5560
//
// udp is the address to bind, for facewire's `--sink native=udp://HOST:PORT`; tcp is the
// ZeroMQ address to connect to, of `--sink zmq=tcp://HOST:PORT`.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace facewire {

constexpr int kUdpPort = 5561;
constexpr int kTcpPort = 5560;
// Longest delay of buffered playback.
constexpr int kMostBufferMs = 500;

struct Address {
	bool udp = true;
	// A numeric address or a name, without brackets.
	std::string host = "127.0.0.1";
	int port = kUdpPort;
	// Only this one; empty: all.
	std::string subject;
	// Also give a subject with bones.
	bool bones = true;
	// 0: the newest frame at once. Above: every frame, this long after its time.
	int buffer_ms = 0;
};

// Reads a text. False: `problem` says in one sentence what is wrong.
bool read_address(std::string_view text, Address& out, std::string& problem);

// The text of an address; `read_address` reads it again.
std::string text_of(const Address& address);

// Only transport, host and port: udp://127.0.0.1:5561.
std::string place_of(const Address& address);

}  // namespace facewire
