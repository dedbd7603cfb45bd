// The module. Live Link finds the factory by itself.

#include "Modules/ModuleManager.h"

IMPLEMENT_MODULE(FDefaultModuleImpl, Facewire)
