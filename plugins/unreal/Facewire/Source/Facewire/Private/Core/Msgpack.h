// Reads msgpack from an untrusted sender, without allocation.
//
// Source: github.com/msgpack/msgpack/blob/master/spec.md. Every length is checked
// against the bytes that are left before it is used, and nesting is bounded, so that
// no input can exhaust the stack.

#pragma once

#include "Bytes.h"

namespace facewire {

// Largest number of items of a list or map, also of unknown ones, as in Python.
constexpr std::uint32_t kMostItems = 1024;
// Deepest nesting that is read. Ours has two levels.
constexpr int kDeepest = 32;

enum class Kind : std::uint8_t {
	kNone,  // there was no value
	kNil,
	kBool,
	kInt,
	kFloat,
	kText,
	kBinary,
	kList,
	kMap,
	kExtension,
};

struct Value {
	Kind kind = Kind::kNone;
	bool flag = false;          // a bool; of an int: it is negative
	std::uint32_t items = 0;    // of a list; of a map, its pairs
	std::uint64_t whole = 0;    // an int; a negative one in two's complement
	double number = 0.0;        // a float
	Bytes bytes;                // of a text or binary; from the first item of a list on
};

class Msgpack {
public:
	explicit Msgpack(Bytes data) : left_(data) {}

	// Reads the next value, of a list or map only its head. False: there is none, or
	// it is broken.
	bool next(Value& out);

	// Passes over the items of a list or map that `next` gave; over nothing else.
	bool pass(const Value& head, int depth = 0);

	std::size_t left() const { return left_.size; }

private:
	bool big(int size, std::uint64_t& out);
	bool counted(Kind kind, int size, Value& out);
	bool sized(Kind kind, std::uint64_t size, Value& out);
	bool items(Kind kind, std::uint64_t count, Value& out);

	Bytes left_;
};

// The text is valid UTF-8; its code points are counted.
bool is_utf8(std::string_view text, std::size_t& characters);

}  // namespace facewire
