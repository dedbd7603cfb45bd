// Receives from a real port, driven by lines on stdin. Argument: an address. Answers each
// line with one JSON object.
//
//     faces N MS   receive until N more faces were given, at most MS milliseconds
//     says TEXT MS receive until the status contains TEXT (without blanks), at most MS
//     run MS       receive for MS milliseconds

#include <chrono>
#include <iostream>
#include <sstream>

#include "Core/Receiver.h"
#include "Files.h"

using namespace facewire;

namespace {

std::int64_t now_ns() {
	return std::chrono::duration_cast<std::chrono::nanoseconds>(
		std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct Faces : Listener {
	std::string heard;
	int count = 0;
	std::string left;
	std::int64_t worst_ns = 0;

	void face(const Frame& frame, std::int64_t shown_ns) override {
		++count;
		heard += (heard.empty() ? "[" : ", [") + tests::quoted(frame.subject.view()) + ", " +
			std::to_string(frame.seq) + ", " + tests::number(static_cast<double>(frame.vector[17])) + "]";
		worst_ns = std::max(worst_ns, std::abs(now_ns() - shown_ns));
	}
	void gone(std::string_view subject) override { left += std::string(subject) + " "; }
};

void answer(const Receiver& receiver, const Faces& faces) {
	const Counts& c = receiver.counts();
	std::ostringstream out;
	out << "{\"faces\": [" << faces.heard << "], \"status\": " << tests::quoted(receiver.status())
		<< ", \"software\": " << tests::quoted(receiver.schema().software.view())
		<< ", \"known\": " << (receiver.schema().known ? "true" : "false")
		<< ", \"worst_ms\": " << faces.worst_ns / kMs
		<< ", \"frames\": " << c.frames << ", \"given\": " << c.given << ", \"schemas\": " << c.schemas
		<< ", \"refused\": " << c.refused << ", \"others\": " << c.others << ", \"repeated\": " << c.repeated
		<< ", \"late\": " << c.late << ", \"skipped\": " << c.skipped << ", \"restarts\": " << c.restarts
		<< ", \"lost\": " << receiver.lost() << ", \"left\": " << tests::quoted(faces.left) << "}";
	std::cout << out.str() << std::endl;
}

}  // namespace

int main(int, char** argument) {
	Address address;
	std::string problem;
	if (!read_address(argument[1], address, problem)) {
		std::cout << problem << std::endl;
		return 2;
	}
	Receiver receiver(address, now_ns);
	std::string line;
	while (std::getline(std::cin, line)) {
		std::istringstream words(line);
		std::string verb;
		std::string what;
		int ms = 0;
		words >> verb;
		if (verb != "run") {
			words >> what;
		}
		words >> ms;
		const std::int64_t end_ns = now_ns() + ms * kMs;
		const int wanted = verb == "faces" ? std::atoi(what.c_str()) : -1;
		Faces faces;
		while (now_ns() < end_ns && faces.count != wanted &&
				(verb != "says" || receiver.status().find(what) == std::string::npos)) {
			receiver.step(20, faces);
		}
		answer(receiver, faces);
	}
	return 0;
}
