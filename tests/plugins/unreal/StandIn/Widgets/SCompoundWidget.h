#pragma once
#include "../Slate.h"
