#include "Msgpack.h"

namespace facewire {

namespace {

double as_double(std::uint64_t bits, int size) {
	if (size == 4) {
		const auto narrow = static_cast<std::uint32_t>(bits);
		float single = 0.0f;
		std::memcpy(&single, &narrow, sizeof single);
		return static_cast<double>(single);
	}
	double out = 0.0;
	std::memcpy(&out, &bits, sizeof out);
	return out;
}

// The sign of an int of `size` bytes, extended to 64 bits.
std::uint64_t extended(std::uint64_t bits, int size) {
	const int unused = 64 - 8 * size;
	return static_cast<std::uint64_t>(static_cast<std::int64_t>(bits << unused) >> unused);
}

Value whole(std::uint64_t bits, bool negative) {
	Value out;
	out.kind = Kind::kInt;
	out.flag = negative;
	out.whole = bits;
	return out;
}

}  // namespace

bool Msgpack::big(int size, std::uint64_t& out) {
	if (left_.size < static_cast<std::size_t>(size)) {
		return false;
	}
	out = 0;
	for (int i = 0; i < size; ++i) {
		out = out << 8 | left_.data[i];
	}
	left_.data += size;
	left_.size -= static_cast<std::size_t>(size);
	return true;
}

bool Msgpack::sized(Kind kind, std::uint64_t size, Value& out) {
	if (left_.size < size) {
		return false;
	}
	out.kind = kind;
	out.bytes = {left_.data, static_cast<std::size_t>(size)};
	left_.data += size;
	left_.size -= static_cast<std::size_t>(size);
	std::size_t characters = 0;
	return kind != Kind::kText || is_utf8(out.bytes.text(), characters);
}

bool Msgpack::items(Kind kind, std::uint64_t count, Value& out) {
	// Every item has at least one byte.
	if (count > kMostItems || count > left_.size) {
		return false;
	}
	out.kind = kind;
	out.items = static_cast<std::uint32_t>(count);
	out.bytes = left_;
	return true;
}

bool Msgpack::counted(Kind kind, int size, Value& out) {
	std::uint64_t count = 0;
	if (!big(size, count)) {
		return false;
	}
	if (kind == Kind::kList || kind == Kind::kMap) {
		return items(kind, count, out);
	}
	// The type of an extension is one byte more.
	return sized(kind, count + (kind == Kind::kExtension ? 1 : 0), out);
}

bool Msgpack::next(Value& out) {
	std::uint64_t head = 0;
	std::uint64_t bits = 0;
	out = Value();
	if (!big(1, head)) {
		return false;
	}
	const auto low = static_cast<int>(head);
	if (low < 0x80) {
		out = whole(head, false);
		return true;
	}
	if (low < 0x90) {
		return items(Kind::kMap, head & 0x0f, out);
	}
	if (low < 0xa0) {
		return items(Kind::kList, head & 0x0f, out);
	}
	if (low < 0xc0) {
		return sized(Kind::kText, head & 0x1f, out);
	}
	if (low >= 0xe0) {
		out = whole(extended(head, 1), true);
		return true;
	}
	switch (low) {
	case 0xc0:
		out.kind = Kind::kNil;
		return true;
	case 0xc2:
	case 0xc3:
		out.kind = Kind::kBool;
		out.flag = low == 0xc3;
		return true;
	case 0xc4: case 0xc5: case 0xc6:
		return counted(Kind::kBinary, 1 << (low - 0xc4), out);
	case 0xc7: case 0xc8: case 0xc9:
		return counted(Kind::kExtension, 1 << (low - 0xc7), out);
	case 0xca: case 0xcb: {
		const int size = low == 0xca ? 4 : 8;
		if (!big(size, bits)) {
			return false;
		}
		out.kind = Kind::kFloat;
		out.number = as_double(bits, size);
		return true;
	}
	case 0xcc: case 0xcd: case 0xce: case 0xcf:
		if (!big(1 << (low - 0xcc), bits)) {
			return false;
		}
		out = whole(bits, false);
		return true;
	case 0xd0: case 0xd1: case 0xd2: case 0xd3: {
		const int size = 1 << (low - 0xd0);
		if (!big(size, bits)) {
			return false;
		}
		bits = extended(bits, size);
		out = whole(bits, static_cast<std::int64_t>(bits) < 0);
		return true;
	}
	case 0xd4: case 0xd5: case 0xd6: case 0xd7: case 0xd8:
		return sized(Kind::kExtension, 1u + (1u << (low - 0xd4)), out);
	case 0xd9: case 0xda: case 0xdb:
		return counted(Kind::kText, 1 << (low - 0xd9), out);
	case 0xdc: case 0xdd:
		return counted(Kind::kList, 2 << (low - 0xdc), out);
	case 0xde: case 0xdf:
		return counted(Kind::kMap, 2 << (low - 0xde), out);
	default:
		return false;  // 0xc1 is never used
	}
}

bool Msgpack::pass(const Value& head, int depth) {
	if (head.kind != Kind::kList && head.kind != Kind::kMap) {
		return true;
	}
	if (depth >= kDeepest) {
		return false;
	}
	Value item;
	for (std::uint32_t i = 0; i < head.items; ++i) {
		if (head.kind == Kind::kMap) {
			// Python takes no other keys.
			if (!next(item) || (item.kind != Kind::kText && item.kind != Kind::kBinary)) {
				return false;
			}
		}
		if (!next(item) || !pass(item, depth + 1)) {
			return false;
		}
	}
	return true;
}

bool is_utf8(std::string_view text, std::size_t& characters) {
	characters = 0;
	for (std::size_t at = 0; at < text.size(); ++characters) {
		const auto first = static_cast<unsigned char>(text[at]);
		const int more = first < 0x80 ? 0 : first < 0xc2 ? -1 : first < 0xe0 ? 1
			: first < 0xf0 ? 2 : first < 0xf5 ? 3 : -1;
		if (more < 0 || text.size() - at <= static_cast<std::size_t>(more)) {
			return false;
		}
		// The second byte also rules out long forms, surrogates and what is above
		// U+10FFFF.
		unsigned low = 0x80;
		unsigned high = 0xbf;
		low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : low;
		high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : high;
		for (int i = 1; i <= more; ++i) {
			const auto byte = static_cast<unsigned char>(text[at + static_cast<std::size_t>(i)]);
			if (byte < low || byte > high) {
				return false;
			}
			low = 0x80;
			high = 0xbf;
		}
		at += static_cast<std::size_t>(more) + 1;
	}
	return true;
}

}  // namespace facewire
