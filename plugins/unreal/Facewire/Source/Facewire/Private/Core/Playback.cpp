#include "Playback.h"

#include <algorithm>

namespace facewire {

Playback::Playback(std::size_t most) : kept_(most) {
	free_.reserve(most);
	order_.reserve(most);
	clear();
}

void Playback::clear() {
	order_.clear();
	free_.clear();
	for (std::size_t i = 0; i < kept_.size(); ++i) {
		free_.push_back(i);
	}
}

bool Playback::keep(const Frame& frame) {
	if (free_.empty()) {
		return false;
	}
	const std::size_t place = free_.back();
	free_.pop_back();
	kept_[place] = frame;
	// Equal times keep the order of arrival.
	const auto at = std::lower_bound(order_.begin(), order_.end(), frame.captured_ns,
		[this](std::size_t each, std::int64_t time) { return kept_[each].captured_ns > time; });
	order_.insert(at, place);
	return true;
}

const Frame* Playback::due(std::int64_t captured_ns) {
	if (order_.empty() || kept_[order_.back()].captured_ns > captured_ns) {
		return nullptr;
	}
	const std::size_t place = order_.back();
	order_.pop_back();
	free_.push_back(place);
	return &kept_[place];
}

std::int64_t Playback::next_ns(std::int64_t otherwise) const {
	return order_.empty() ? otherwise : kept_[order_.back()].captured_ns;
}

}  // namespace facewire
