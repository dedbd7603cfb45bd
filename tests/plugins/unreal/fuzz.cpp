// Mutates golden datagrams and streams, and feeds them to everything that reads
// strangers' bytes. Arguments: folder, number of mutations, seed. A sanitizer ends the
// program where something is wrong; it also counts, so that a run that refuses all or
// takes all is seen.

#include <algorithm>
#include <cstdlib>
#include <random>

#include "Core/Address.h"
#include "Core/Order.h"
#include "Core/Playback.h"
#include "Core/Subject.h"
#include "Core/Zmtp.h"
#include "Files.h"

using namespace facewire;

namespace {

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t end) {
	return end == 0 ? 0 : static_cast<std::size_t>(random() % end);
}

// Bytes where msgpack and ZMTP change their mind.
constexpr std::uint8_t kTelling[] = {
	0x00, 0x01, 0x02, 0x04, 0x06, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1,
	0xc4, 0xc6, 0xc9, 0xca, 0xcb, 0xcf, 0xd3, 0xd8, 0xdb, 0xdd, 0xdf, 0xe0, 0xff,
};

void mutate(tests::Data& data, Random& random) {
	const std::size_t times = 1 + below(random, 4);
	for (std::size_t i = 0; i < times && !data.empty(); ++i) {
		const std::size_t at = below(random, data.size());
		const auto place = data.begin() + static_cast<std::ptrdiff_t>(at);
		switch (below(random, 7)) {
		case 0: data[at] = static_cast<std::uint8_t>(random()); break;
		case 1: data[at] = kTelling[below(random, sizeof kTelling)]; break;
		case 2: data[at] ^= static_cast<std::uint8_t>(1u << below(random, 8)); break;
		case 3: data.resize(at); break;
		case 4: data.erase(place); break;
		case 5: data.insert(place, kTelling[below(random, sizeof kTelling)]); break;
		default: {
			const tests::Data piece(place, place + static_cast<std::ptrdiff_t>(below(random, data.size() - at)));
			data.insert(data.begin() + static_cast<std::ptrdiff_t>(below(random, data.size())), piece.begin(), piece.end());
		}
		}
	}
}

// All that happens to a frame after it is decoded.
class Rest : public Taker {
public:
	std::uint64_t frames = 0;
	std::uint64_t schemas = 0;
	std::uint64_t refused = 0;

	void take(Bytes topic, Bytes map) override {
		// Memory of exactly this size, so that a read beyond it is found.
		const tests::Data copy(map.data, map.data + map.size);
		if (topic.text() == kSchemaTopic) {
			Schema schema;
			(decode_schema(tests::bytes(copy), schema) ? refused : schemas) += 1;
			return;
		}
		if (decode(tests::bytes(copy), frame_)) {
			++refused;
			return;
		}
		++frames;
		now_ns_ += 8 * kMs;
		order_.judge(frame_, now_ns_);
		clock_.hear(frame_.captured_ns, now_ns_);
		const std::int64_t local_ns = clock_.local(frame_.captured_ns);
		if (local_ns > now_ns_ || local_ns < now_ns_ - kSecond) {
			std::fprintf(stderr, "a picture of another time: %lld\n", static_cast<long long>(local_ns - now_ns_));
			std::abort();
		}
		playback_.keep(frame_);
		while (playback_.due(clock_.theirs(now_ns_ - 30 * kMs)) != nullptr) {
		}
		properties(frame_, values_);
	}
	void refuse(Bytes data, Refusal) override {
		++refused;
		recognised(data);
	}

private:
	Frame frame_;
	Order order_;
	Clock clock_;
	Playback playback_{16};
	Properties values_{};
	std::int64_t now_ns_ = kSecond;
};

void datagram(const tests::Data& data, Rest& rest) {
	Bytes topic;
	Bytes map;
	if (const Refusal refusal = split(tests::bytes(data), topic, map)) {
		rest.refuse(tests::bytes(data), refusal);
	} else {
		rest.take(topic, map);
	}
	// The same bytes as the text of a preset.
	Address address;
	std::string problem;
	read_address("udp://" + std::string(tests::bytes(data).text().substr(0, 80)), address, problem);
}

bool stream(const tests::Data& data, Rest& rest, Zmtp& zmtp, Random& random) {
	zmtp.begin();
	for (std::size_t at = 0; at < data.size();) {
		std::size_t room = 0;
		std::uint8_t* into = zmtp.room(room);
		const std::size_t size = 1 + below(random, std::min(room, data.size() - at));
		std::memcpy(into, data.data() + at, size);
		at += size;
		if (!zmtp.arrived(size, rest)) {
			return false;
		}
	}
	return true;
}

}  // namespace

int main(int, char** argument) {
	const std::filesystem::path folder = argument[1];
	const std::size_t count = std::strtoul(argument[2], nullptr, 10);
	Random random(std::strtoul(argument[3], nullptr, 10));
	std::vector<tests::Data> datagrams;
	std::vector<tests::Data> streams;
	// Those that can be read come more often: a mutation of them goes deeper.
	for (const char* prefix : {"frame_", "frame_", "frame_", "frame_", "schema_", "refused_"}) {
		for (const auto& [name, data] : tests::golden(folder, prefix)) {
			datagrams.push_back(data);
		}
	}
	for (const auto& [name, data] : tests::golden(folder, "zmtp_")) {
		streams.push_back(data);
	}
	Rest rest;
	Zmtp zmtp("face");
	std::uint64_t closed = 0;
	for (std::size_t i = 0; i < count; ++i) {
		const bool of_stream = i % 3 == 2;
		auto& from = of_stream ? streams : datagrams;
		tests::Data data = from[below(random, from.size())];
		mutate(data, random);
		if (of_stream) {
			closed += stream(data, rest, zmtp, random) ? 0 : 1;
		} else {
			datagram(data, rest);
		}
	}
	std::printf("{\"mutations\": %zu, \"frames\": %llu, \"schemas\": %llu, \"refused\": %llu, \"closed\": %llu}\n",
		count, static_cast<unsigned long long>(rest.frames), static_cast<unsigned long long>(rest.schemas),
		static_cast<unsigned long long>(rest.refused), static_cast<unsigned long long>(closed));
	return 0;
}
