#pragma once
// Unreal's header tool writes this file.
