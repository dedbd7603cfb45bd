// The fields of one msgpack map: found first, then checked where they are read.

#pragma once

#include "Msgpack.h"

namespace facewire {

// Finds the values of `count` keys. Keys that are not asked for are passed over, so
// that later versions may add some; of a key that comes twice, the last value counts.
Refusal find(Bytes map, const std::string_view* names, Value* values, std::size_t count);

// Each returns false where the value is missing or is not what is asked for.

// An int from 0.
bool as_count(const Value& value, std::uint64_t& out);
// An int of 63 bits and a sign.
bool as_signed(const Value& value, std::int64_t& out);
// An int within 0 to 2^31 - 1.
bool as_small(const Value& value, std::int32_t& out);
// A text of 1 to `most` characters.
bool as_text(const Value& value, std::size_t most, std::string_view& out);
// `count` finite little-endian float32.
bool as_floats(const Value& value, std::size_t count, float* out);
// `count` little-endian float16 within 0 to 1.
bool as_halves(const Value& value, std::size_t count, float* out);

}  // namespace facewire
