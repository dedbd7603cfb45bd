#pragma once
#include "../Threads.h"
