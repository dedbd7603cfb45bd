// Reads what a publisher sends over one connection, in chunks of a given size, and prints
// what the subscriber makes of it. Arguments: file, size of a chunk.

#include <algorithm>
#include <cstdlib>

#include "Core/Zmtp.h"
#include "Files.h"

using namespace facewire;

namespace {

struct Heard : Taker {
	std::vector<std::uint64_t> seqs;
	int schemas = 0;
	int bad = 0;

	void take(Bytes topic, Bytes map) override {
		Frame frame;
		Schema schema;
		if (topic.text() == kSchemaTopic) {
			schemas += decode_schema(map, schema) ? 0 : 1;
		} else if (decode(map, frame)) {
			++bad;
		} else {
			seqs.push_back(frame.seq);
		}
	}
	void refuse(Bytes, Refusal) override { ++bad; }
};

}  // namespace

int main(int, char** argument) {
	const tests::Data data = tests::read_file(argument[1]);
	const std::size_t chunk = std::strtoul(argument[2], nullptr, 10);
	Zmtp zmtp("");
	Heard heard;
	std::string sent;
	bool good = true;
	for (std::size_t at = 0; good && at < data.size(); at += chunk) {
		std::size_t room = 0;
		std::uint8_t* into = zmtp.room(room);
		const std::size_t size = std::min({chunk, data.size() - at, room});
		std::memcpy(into, data.data() + at, size);
		good = zmtp.arrived(size, heard);
		sent += zmtp.to_send().text();
		zmtp.sent(zmtp.to_send().size);
	}
	std::string hex;
	for (const char each : sent) {
		char code[3];
		std::snprintf(code, sizeof code, "%02x", static_cast<unsigned char>(each));
		hex += code;
	}
	std::printf("{\"seqs\": %s, \"schemas\": %d, \"bad\": %d, \"refused\": %s, \"problem\": %s, \"sent\": \"%s\"}\n",
		tests::list(heard.seqs).c_str(), heard.schemas, heard.bad, good ? "false" : "true",
		tests::quoted(zmtp.problem()).c_str(), hex.c_str());
	return 0;
}
