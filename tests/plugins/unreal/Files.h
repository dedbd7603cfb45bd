// Golden files, and numbers as JSON.

#pragma once

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "Core/Packet.h"

namespace tests {

using Data = std::vector<std::uint8_t>;

inline Data read_file(const std::filesystem::path& path) {
	std::ifstream file(path, std::ios::binary);
	return Data(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

// The files of a folder whose names begin with `prefix` and end with `.bin`, by name.
inline std::map<std::string, Data> golden(const std::filesystem::path& folder, const std::string& prefix) {
	std::map<std::string, Data> out;
	for (const auto& entry : std::filesystem::directory_iterator(folder)) {
		const std::string name = entry.path().filename().string();
		if (name.rfind(prefix, 0) == 0 && entry.path().extension() == ".bin") {
			out[name] = read_file(entry.path());
		}
	}
	return out;
}

inline facewire::Bytes bytes(const Data& data) {
	return {data.data(), data.size()};
}

inline std::string quoted(std::string_view text) {
	std::string out = "\"";
	for (const char each : text) {
		char code[8];
		if (static_cast<unsigned char>(each) < 0x20 || each == '"' || each == '\\') {
			std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(each));
			out += code;
		} else {
			out += each;
		}
	}
	return out + "\"";
}

// A double in as many digits as give the same double again.
inline std::string number(double value) {
	char text[40];
	std::snprintf(text, sizeof text, "%.17g", value);
	return text;
}

template <typename Numbers>
std::string list(const Numbers& numbers) {
	std::string out = "[";
	for (const auto each : numbers) {
		out += (out.size() > 1 ? ", " : "") + number(static_cast<double>(each));
	}
	return out + "]";
}

}  // namespace tests
