// Bytes that somebody else owns, and texts that need no allocation.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace facewire {

struct Bytes {
	const std::uint8_t* data = nullptr;
	std::size_t size = 0;

	// The same bytes as text, not checked.
	std::string_view text() const {
		return {reinterpret_cast<const char*>(data), size};
	}
};

// A text of at most Most bytes, inside the value that holds it.
template <std::size_t Most>
struct Text {
	std::array<char, Most> bytes{};
	std::size_t size = 0;

	std::string_view view() const { return {bytes.data(), size}; }

	// Keeps the first Most bytes.
	void set(std::string_view text) {
		size = text.size() < Most ? text.size() : Most;
		if (size > 0) {
			std::memcpy(bytes.data(), text.data(), size);
		}
	}
};

// Why something was refused: a sentence in two halves, so that a refusal costs no
// allocation. Both are literals.
struct Refusal {
	const char* what = nullptr;
	const char* fact = nullptr;

	explicit operator bool() const { return fact != nullptr; }
};

}  // namespace facewire
