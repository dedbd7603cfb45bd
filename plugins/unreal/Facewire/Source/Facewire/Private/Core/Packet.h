// Decodes messages of the native stream. Nothing is allocated, and whatever the bytes
// are, the answer is a value or a refusal.

#pragma once

#include "Frame.h"

namespace facewire {

// Largest map in bytes.
constexpr std::size_t kMostBytes = 65'536;

constexpr std::string_view kFaceTopic = "face.";
constexpr std::string_view kSchemaTopic = "schema";

// Separates a datagram into topic and map: the first zero byte lies between them.
Refusal split(Bytes datagram, Bytes& topic, Bytes& map);

// Decodes a frame's map. `out` is only written where nothing is refused.
Refusal decode(Bytes map, Frame& out);

// Decodes a schema's map. `out` is only written where nothing is refused.
Refusal decode_schema(Bytes map, Schema& out);

// The name of the program that sends such datagrams, or null. Somebody else's stream
// on our port is a common mistake.
const char* recognised(Bytes datagram);

}  // namespace facewire
