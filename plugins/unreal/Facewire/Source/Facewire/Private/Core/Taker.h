// Who takes what arrives.

#pragma once

#include "Bytes.h"

namespace facewire {

class Taker {
public:
	virtual ~Taker() = default;

	// One whole message. The bytes are valid during the call.
	virtual void take(Bytes topic, Bytes map) = 0;

	// Something that is no message; `data` is what there is of it.
	virtual void refuse(Bytes data, Refusal why) = 0;
};

}  // namespace facewire
