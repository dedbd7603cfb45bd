#pragma once
#include "../CoreMinimal.h"
class FDefaultModuleImpl {};
#define IMPLEMENT_MODULE(type, name) static type StandInModule##name; void StandInLoad##name(); void StandInLoad##name() { (void)StandInModule##name; }
