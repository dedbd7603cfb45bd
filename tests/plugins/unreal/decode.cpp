// Reads datagrams from stdin, each after its length in 4 little-endian bytes, and prints
// what the plugin makes of each, one JSON object a line.

#include <iostream>

#include "Core/Subject.h"
#include "Files.h"

using namespace facewire;

namespace {

std::string refused(const Refusal& why) {
	return "{\"refused\": " + tests::quoted(std::string(why.what) + " " + why.fact) + "}";
}

std::string frame_json(const Frame& frame) {
	Properties values;
	properties(frame, values);
	std::string out = "{\"subject\": " + tests::quoted(frame.subject.view());
	out += ", \"seq\": " + std::to_string(frame.seq);
	out += ", \"index\": " + std::to_string(frame.index);
	out += ", \"captured_ns\": " + std::to_string(frame.captured_ns);
	out += ", \"sent_ns\": " + std::to_string(frame.sent_ns);
	out += ", \"display_ns\": " + std::to_string(frame.display_ns);
	out += std::string(", \"tracked\": ") + (frame.tracked ? "true" : "false");
	out += ", \"confidence\": " + tests::number(frame.confidence);
	out += ", \"timecode\": [" + std::to_string(frame.time.frame) + ", " +
		tests::number(frame.time.subframe) + ", " + std::to_string(frame.time.num) + ", " +
		std::to_string(frame.time.den) + "]";
	out += ", \"vector\": " + tests::list(frame.vector);
	out += ", \"expression\": " + tests::list(frame.expression);
	out += ", \"doubt\": " + (frame.has_doubt ? tests::list(frame.doubt) : "null");
	out += ", \"mood\": " + tests::quoted(mood_name(frame));
	return out + ", \"properties\": " + tests::list(values) + "}";
}

std::string answer(Bytes datagram) {
	Bytes topic;
	Bytes map;
	if (const Refusal refusal = split(datagram, topic, map)) {
		return refused(refusal);
	}
	if (topic.text() == kSchemaTopic) {
		Schema schema;
		const Refusal refusal = decode_schema(map, schema);
		return refusal ? refused(refusal)
			: "{\"minor\": " + std::to_string(schema.minor) + ", \"software\": " +
				tests::quoted(schema.software.view()) + ", \"known\": " +
				(schema.known ? "true" : "false") + "}";
	}
	if (topic.text().substr(0, kFaceTopic.size()) != kFaceTopic) {
		return refused({"the topic", "is not face.<subject> or schema"});
	}
	Frame frame;
	const Refusal refusal = decode(map, frame);
	return refusal ? refused(refusal) : frame_json(frame);
}

}  // namespace

int main() {
	std::uint8_t head[4];
	while (std::cin.read(reinterpret_cast<char*>(head), 4)) {
		const std::size_t size = head[0] | head[1] << 8 | head[2] << 16;
		// Memory of exactly this size, so that a read beyond it is found.
		tests::Data data(size);
		std::cin.read(reinterpret_cast<char*>(data.data()), static_cast<std::streamsize>(size));
		std::cout << answer(tests::bytes(data)) << "\n";
	}
	return 0;
}
