#include "Fields.h"

#include <cmath>

#include "Packet.h"

namespace facewire {

namespace {

std::uint32_t little(const std::uint8_t* data, int size) {
	std::uint32_t out = 0;
	for (int i = size - 1; i >= 0; --i) {
		out = out << 8 | data[i];
	}
	return out;
}

float single(std::uint32_t bits) {
	float out = 0.0f;
	std::memcpy(&out, &bits, sizeof out);
	return out;
}

// The value of a half float; infinite and NaN ones become NaN.
float from_half(std::uint32_t bits) {
	const std::uint32_t sign = (bits & 0x8000u) << 16;
	const std::uint32_t exponent = bits >> 10 & 0x1fu;
	const std::uint32_t fraction = bits & 0x3ffu;
	if (exponent == 0x1f) {
		return single(0x7fc00000u);
	}
	if (exponent == 0) {
		// Below 2^-14 a half is a multiple of 2^-24.
		const float small = static_cast<float>(fraction) * 0x1p-24f;
		return sign ? -small : small;
	}
	return single(sign | (exponent + 112) << 23 | fraction << 13);
}

}  // namespace

Refusal find(Bytes map, const std::string_view* names, Value* values, std::size_t count) {
	if (map.size > kMostBytes) {
		return {"the map", "has more than 65536 bytes"};
	}
	Msgpack reader(map);
	Value head;
	if (!reader.next(head)) {
		return {"the map", "is no msgpack"};
	}
	if (head.kind != Kind::kMap) {
		return {"the message", "is no msgpack map"};
	}
	for (std::uint32_t i = 0; i < head.items; ++i) {
		Value key;
		Value value;
		if (!reader.next(key) || (key.kind != Kind::kText && key.kind != Kind::kBinary)) {
			return {"the map", "has a broken key"};
		}
		if (!reader.next(value) || !reader.pass(value)) {
			return {"the map", "is broken or ends too early"};
		}
		for (std::size_t at = 0; at < count && key.kind == Kind::kText; ++at) {
			if (key.bytes.text() == names[at]) {
				values[at] = value;
				break;
			}
		}
	}
	if (reader.left() != 0) {
		return {"the map", "has bytes after its end"};
	}
	return {};
}

bool as_count(const Value& value, std::uint64_t& out) {
	out = value.whole;
	return value.kind == Kind::kInt && !value.flag;
}

bool as_signed(const Value& value, std::int64_t& out) {
	out = static_cast<std::int64_t>(value.whole);
	// A positive one beyond 63 bits, 292 years of nanoseconds, would become negative.
	return value.kind == Kind::kInt && (out < 0) == value.flag;
}

bool as_small(const Value& value, std::int32_t& out) {
	out = static_cast<std::int32_t>(value.whole & 0x7fffffffu);
	return value.kind == Kind::kInt && !value.flag && value.whole <= 0x7fffffffu;
}

bool as_text(const Value& value, std::size_t most, std::string_view& out) {
	out = value.bytes.text();
	std::size_t characters = 0;
	return value.kind == Kind::kText && is_utf8(out, characters) && characters > 0 &&
	       characters <= most;
}

bool as_floats(const Value& value, std::size_t count, float* out) {
	if (value.kind != Kind::kBinary || value.bytes.size != 4 * count) {
		return false;
	}
	for (std::size_t i = 0; i < count; ++i) {
		out[i] = single(little(value.bytes.data + 4 * i, 4));
		if (!std::isfinite(out[i])) {
			return false;
		}
	}
	return true;
}

bool as_halves(const Value& value, std::size_t count, float* out) {
	if (value.kind != Kind::kBinary || value.bytes.size != 2 * count) {
		return false;
	}
	for (std::size_t i = 0; i < count; ++i) {
		out[i] = from_half(little(value.bytes.data + 2 * i, 2));
		// NaN fails every comparison.
		if (!(out[i] >= 0.0f && out[i] <= 1.0f)) {
			return false;
		}
	}
	return true;
}

}  // namespace facewire
