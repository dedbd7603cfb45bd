// Prints how long a datagram takes to decode, and what is allocated for a frame; then
// receives over a real UDP port. Arguments: folder of golden files, seconds, frames a
// second.

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <new>

#ifndef _WIN32
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#endif

#include "Core/Receiver.h"
#include "Core/Subject.h"
#include "Files.h"

namespace {

std::uint64_t allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
	++allocations;
	if (void* out = std::malloc(size)) {
		return out;
	}
	std::abort();
}
void operator delete(void* what) noexcept { std::free(what); }
void operator delete(void* what, std::size_t) noexcept { std::free(what); }

using namespace facewire;

namespace {

std::int64_t now_ns() {
	return std::chrono::duration_cast<std::chrono::nanoseconds>(
		std::chrono::steady_clock::now().time_since_epoch()).count();
}

// The resident memory of this process in kB; 0 where the system does not say.
long resident_kb() {
	std::ifstream status("/proc/self/statm");
	long pages = 0;
	long resident = 0;
	status >> pages >> resident;
	return resident * 4;
}

void decoding(const std::filesystem::path& folder, const char* name) {
	const tests::Data data = tests::read_file(folder / name);
	constexpr int rounds = 200'000;
	Frame frame;
	Properties values;
	const std::uint64_t before = allocations;
	double best = 1e9;
	double best_all = 1e9;
	for (int batch = 0; batch < 10; ++batch) {
		Bytes topic;
		Bytes map;
		std::int64_t start = now_ns();
		for (int i = 0; i < rounds / 10; ++i) {
			if (split(tests::bytes(data), topic, map) || decode(map, frame)) {
				std::abort();
			}
		}
		best = std::min(best, static_cast<double>(now_ns() - start) / (rounds / 10));
		start = now_ns();
		for (int i = 0; i < rounds / 10; ++i) {
			properties(frame, values);
		}
		best_all = std::min(best_all, static_cast<double>(now_ns() - start) / (rounds / 10));
	}
	std::printf("%s, %zu bytes: decode %.0f ns, properties %.0f ns, %llu allocations in %d\n", name, data.size(),
		best, best_all, static_cast<unsigned long long>(allocations - before), rounds);
}

struct Count : Listener {
	std::uint64_t faces = 0;
	Properties values{};

	void face(const Frame& frame, std::int64_t) override {
		properties(frame, values);
		++faces;
	}
	void gone(std::string_view) override {}
};

// Writes 9 bytes, an int of 64 bits, in place of the int of `size` bytes after a key.
void put(tests::Data& data, const char* key, std::size_t size, std::uint64_t value) {
	const std::string all(data.begin(), data.end());
	const auto at = data.begin() + static_cast<std::ptrdiff_t>(all.find(key) + std::strlen(key));
	tests::Data wide = {0xcf};
	for (int shift = 56; shift >= 0; shift -= 8) {
		wide.push_back(static_cast<std::uint8_t>(value >> shift));
	}
	data.insert(data.erase(at, at + static_cast<std::ptrdiff_t>(size)), wide.begin(), wide.end());
}

void soak(const std::filesystem::path& folder, int seconds, int rate, int buffer_ms) {
	const tests::Data golden = tests::read_file(folder / "frame_live.bin");
	const int out = socket(AF_INET, SOCK_DGRAM, 0);
	sockaddr_in to{};
	to.sin_family = AF_INET;
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	// A free port: bind, ask, close.
	socklen_t size = sizeof to;
	const int probe = socket(AF_INET, SOCK_DGRAM, 0);
	if (bind(probe, reinterpret_cast<sockaddr*>(&to), size) != 0 ||
	    getsockname(probe, reinterpret_cast<sockaddr*>(&to), &size) != 0) {
		std::abort();
	}
	close(probe);
	Address address;
	address.port = ntohs(to.sin_port);
	address.buffer_ms = buffer_ms;
	Receiver receiver(address, now_ns);
	Count count;
	receiver.step(1, count);
	std::uint64_t sent = 0;
	// Allocations in `step`; sending allocates too.
	std::uint64_t received = 0;
	long warm_kb = 0;
	const std::int64_t start = now_ns();
	const std::int64_t gap_ns = kSecond / rate;
	while (now_ns() - start < seconds * kSecond) {
		const std::int64_t due = start + static_cast<std::int64_t>(sent) * gap_ns;
		// At least once for each frame, also where a busy machine lets us be late.
		do {
			const std::uint64_t before = allocations;
			receiver.step(static_cast<int>(std::clamp<std::int64_t>((due - now_ns()) / kMs, 0, 20)), count);
			received += allocations - before;
		} while (now_ns() < due);
		tests::Data data = golden;
		put(data, "\xa3seq", 1, sent);
		put(data, "captured_ns", 9, static_cast<std::uint64_t>(due));
		put(data, "display_ns", 9, static_cast<std::uint64_t>(due));
		put(data, "sent_ns", 9, static_cast<std::uint64_t>(now_ns()));
		sendto(out, data.data(), data.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to);
		if (++sent == static_cast<std::uint64_t>(rate)) {
			warm_kb = resident_kb();
			received = 0;
		}
	}
	for (int i = 0; i < 20; ++i) {
		receiver.step(10 + buffer_ms / 10, count);
	}
	const Counts& c = receiver.counts();
	std::printf("%d s at %d a second, buffer %d ms: %llu sent, %llu faces, %llu refused; after the first second "
		"%llu allocations in receiving, %ld kB more memory\n", seconds, rate, buffer_ms, static_cast<unsigned long long>(sent),
		static_cast<unsigned long long>(count.faces), static_cast<unsigned long long>(c.refused),
		static_cast<unsigned long long>(received), resident_kb() - warm_kb);
	close(out);
}

}  // namespace

int main(int, char** argument) {
	decoding(argument[1], "frame_1_0.bin");
	decoding(argument[1], "frame_live.bin");
	decoding(argument[1], "frame_held.bin");
	soak(argument[1], std::atoi(argument[2]), std::atoi(argument[3]), 0);
	soak(argument[1], std::atoi(argument[2]), std::atoi(argument[3]), 30);
	return 0;
}
