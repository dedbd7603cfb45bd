#include "CoreMinimal.h"

namespace StandIn
{
	std::u16string FromUtf8(const char* Text)
	{
		std::u16string Out;
		for (const auto* At = reinterpret_cast<const unsigned char*>(Text); *At != 0;)
		{
			const int More = *At < 0x80 ? 0 : *At < 0xe0 ? 1 : *At < 0xf0 ? 2 : 3;
			char32_t Point = More == 0 ? *At : *At & (0x3fu >> More);
			++At;
			for (int I = 0; I < More; ++I)
			{
				Point = Point << 6 | (*At++ & 0x3fu);
			}
			if (Point >= 0x10000)
			{
				Out += static_cast<char16_t>(0xd800 + ((Point - 0x10000) >> 10));
				Point = 0xdc00 + ((Point - 0x10000) & 0x3ff);
			}
			Out += static_cast<char16_t>(Point);
		}
		return Out;
	}

	std::string ToUtf8(const TCHAR* Text)
	{
		std::string Out;
		for (; *Text != 0; ++Text)
		{
			char32_t Point = *Text;
			if (Point >= 0xd800 && Point < 0xdc00)
			{
				Point = 0x10000 + ((Point - 0xd800) << 10) + (*++Text - 0xdc00u);
			}
			const int More = Point < 0x80 ? 0 : Point < 0x800 ? 1 : Point < 0x10000 ? 2 : 3;
			const unsigned Heads[] = {0, 0xc0, 0xe0, 0xf0};
			Out += static_cast<char>(Heads[More] | (Point >> (6 * More)));
			for (int I = More - 1; I >= 0; --I)
			{
				Out += static_cast<char>(0x80 | (Point >> (6 * I) & 0x3f));
			}
		}
		return Out;
	}
}
