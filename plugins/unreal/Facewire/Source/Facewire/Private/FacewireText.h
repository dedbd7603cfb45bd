// Texts between Unreal and the core, which has UTF-8.

#pragma once

#include "CoreMinimal.h"

#include <string>
#include <string_view>

inline FString ToFString(std::string_view Text)
{
	// Texts of the core have no zero byte.
	return FString(UTF8_TO_TCHAR(std::string(Text).c_str()));
}

inline std::string ToUtf8(const FString& Text)
{
	return std::string(TCHAR_TO_UTF8(*Text));
}
