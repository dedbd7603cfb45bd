// Keeps one subject's frames until they are due, and gives them in order: an even rhythm
// for the price of a fixed delay. All memory is taken at the start.

#pragma once

#include <vector>

#include "Frame.h"

namespace facewire {

class Playback {
public:
	// `most`: frames that can wait.
	explicit Playback(std::size_t most);

	// Keeps a frame, in the order of its `captured_ns`. False: it is full, and the frame
	// is dropped.
	bool keep(const Frame& frame);

	// The first frame, if it was captured at this time of the sender or before. It stays
	// valid until the next call of `keep`.
	const Frame* due(std::int64_t captured_ns);

	// The time of the first frame; `otherwise` where none waits.
	std::int64_t next_ns(std::int64_t otherwise) const;

	std::size_t waiting() const { return order_.size(); }

	// Drops everything that waits.
	void clear();

private:
	std::vector<Frame> kept_;
	std::vector<std::size_t> free_;
	std::vector<std::size_t> order_;  // the first is at the end
};

}  // namespace facewire
