#include "Packet.h"

#include "Fields.h"

namespace facewire {

namespace {

enum Field : std::size_t {
	kV, kSeq, kIndex, kCaptured, kSent, kSubject, kTracked, kConfidence, kVector,
	kExpression, kDoubt, kDisplay, kTimecode, kMood, kFields,
};

constexpr std::string_view kNames[kFields] = {
	"v", "seq", "index", "captured_ns", "sent_ns", "subject", "tracked", "confidence",
	"vector", "expression", "doubt", "display_ns", "timecode", "mood",
};

Refusal check_version(const Value& value) {
	std::uint64_t version = 0;
	if (!as_count(value, version)) {
		return {"v", "is missing or no int: this is not facewire's native stream"};
	}
	if (version != 1) {
		return {"v", "is not 1: this plugin is older than the sender; update it"};
	}
	return {};
}

bool as_timecode(const Value& value, Timecode& out) {
	if (value.kind != Kind::kList || value.items != 4) {
		return false;
	}
	Msgpack items(value.bytes);
	Value part[4];
	for (Value& each : part) {
		if (!items.next(each)) {
			return false;
		}
	}
	if (!as_small(part[0], out.frame) || part[1].kind != Kind::kFloat ||
	    !as_small(part[2], out.num) || !as_small(part[3], out.den)) {
		return false;
	}
	out.subframe = part[1].number;
	return out.num > 0 && out.den > 0 && out.subframe >= 0.0 && out.subframe < 1.0 &&
	       std::int64_t{86'400} * out.num / out.den < std::int64_t{1} << 31;
}

Refusal check_subject(const Value& value, std::string_view& out) {
	if (!as_text(value, kLongestSubject, out)) {
		return {"subject", "is not 1 to 256 characters"};
	}
	if (out.find('\0') != std::string_view::npos) {
		return {"subject", "has a zero byte, which no topic may have"};
	}
	return {};
}

// The place of an expression's name; kNoMood for one that this version does not know.
std::int32_t mood_place(std::string_view name) {
	for (std::size_t i = 0; i < kExpressions.size(); ++i) {
		if (name == kExpressions[i]) {
			return static_cast<std::int32_t>(i);
		}
	}
	return kNoMood;
}

// The list of texts is what `known` says, in order.
template <typename Known>
bool lists(const Value& value, std::size_t count, Known known) {
	if (value.kind != Kind::kList || value.items != count) {
		return false;
	}
	Msgpack items(value.bytes);
	for (std::size_t i = 0; i < count; ++i) {
		Value name;
		if (!items.next(name) || name.kind != Kind::kText || !known(i, name.bytes.text())) {
			return false;
		}
	}
	return true;
}

}  // namespace

Refusal split(Bytes datagram, Bytes& topic, Bytes& map) {
	const void* zero =
		datagram.size > 0 ? std::memchr(datagram.data, 0, datagram.size) : nullptr;
	if (zero == nullptr) {
		return {"the datagram", "has no zero byte after a topic"};
	}
	const auto at = static_cast<std::size_t>(
		static_cast<const std::uint8_t*>(zero) - datagram.data);
	topic = {datagram.data, at};
	map = {datagram.data + at + 1, datagram.size - at - 1};
	return {};
}

Refusal decode(Bytes map, Frame& out) {
	Value value[kFields];
	if (const Refusal refusal = find(map, kNames, value, kFields)) {
		return refusal;
	}
	if (const Refusal refusal = check_version(value[kV])) {
		return refusal;
	}
	Frame read;
	std::string_view subject;
	if (const Refusal refusal = check_subject(value[kSubject], subject)) {
		return refusal;
	}
	read.subject.set(subject);
	if (!as_count(value[kSeq], read.seq)) {
		return {"seq", "is not an int from 0"};
	}
	if (!as_count(value[kIndex], read.index)) {
		return {"index", "is not an int from 0"};
	}
	if (!as_signed(value[kCaptured], read.captured_ns)) {
		return {"captured_ns", "is not an int of 63 bits"};
	}
	if (!as_signed(value[kSent], read.sent_ns)) {
		return {"sent_ns", "is not an int of 63 bits"};
	}
	read.display_ns = read.captured_ns;
	if (value[kDisplay].kind != Kind::kNone && !as_signed(value[kDisplay], read.display_ns)) {
		return {"display_ns", "is not an int of 63 bits"};
	}
	if (value[kTracked].kind != Kind::kBool) {
		return {"tracked", "is not a bool"};
	}
	read.tracked = value[kTracked].flag;
	read.confidence = value[kConfidence].number;
	if (value[kConfidence].kind != Kind::kFloat ||
	    !(read.confidence >= 0.0 && read.confidence <= 1.0)) {
		return {"confidence", "is not a float within 0 to 1"};
	}
	if (!as_floats(value[kVector], read.vector.size(), read.vector.data())) {
		return {"vector", "is not 85 finite float32"};
	}
	if (!as_floats(value[kExpression], read.expression.size(), read.expression.data())) {
		return {"expression", "is not 8 finite float32"};
	}
	read.has_doubt = value[kDoubt].kind != Kind::kNone;
	if (read.has_doubt && !as_halves(value[kDoubt], read.doubt.size(), read.doubt.data())) {
		return {"doubt", "is not 52 float16 within 0 to 1"};
	}
	if (!as_timecode(value[kTimecode], read.time)) {
		return {"timecode", "is not frames, a fraction and a rate"};
	}
	if (value[kMood].kind != Kind::kNone) {
		std::string_view name;
		if (!as_text(value[kMood], kLongestSubject, name)) {
			return {"mood", "is not 1 to 256 characters"};
		}
		read.mood = mood_place(name);
	}
	out = read;
	return {};
}

Refusal decode_schema(Bytes map, Schema& out) {
	constexpr std::string_view names[] = {
		"v", "minor", "software", "channels", "expressions", "doubts",
	};
	Value value[6];
	if (const Refusal refusal = find(map, names, value, 6)) {
		return refusal;
	}
	if (const Refusal refusal = check_version(value[0])) {
		return refusal;
	}
	Schema read;
	if (value[1].kind != Kind::kNone && !as_count(value[1], read.minor)) {
		return {"minor", "is not an int from 0"};
	}
	std::string_view software;
	if (!as_text(value[2], kLongestSubject, software)) {
		return {"software", "is not 1 to 256 characters"};
	}
	read.software.set(software);
	// Version 1.0 had no doubts.
	read.known =
		lists(value[3], kChannels, is_channel) &&
		lists(value[4], kExpressions.size(),
			[](std::size_t i, std::string_view name) { return name == kExpressions[i]; }) &&
		(value[5].kind == Kind::kNone || lists(value[5], kWeights.size(),
			[](std::size_t i, std::string_view name) { return name == kWeights[i]; }));
	out = read;
	return {};
}

const char* recognised(Bytes datagram) {
	const std::string_view text = datagram.text();
	const auto has = [text](std::string_view part) {
		return text.find(part) != std::string_view::npos;
	};
	if (!text.empty() && (text[0] == '/' || text.substr(0, 8) == std::string_view("#bundle\0", 8))) {
		return has("/VMC/") ? "VMC" : "OSC";
	}
	if (text.size() > 5 && text[0] == '\x06' && text[1] == '\0' && text[2] == '\0') {
		return "Live Link Face";
	}
	if (text.substr(0, 4) == "FMV3" || has("=head#")) {
		return "iFacialMocap";
	}
	return has("\"BlendShapes\"") ? "VTube Studio" : nullptr;
}

}  // namespace facewire
