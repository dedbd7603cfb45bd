// A stand-in for the few types of Unreal's Core that the plugin uses, written from Epic's
// public API pages (dev.epicgames.com) and from nothing else. It behaves as those pages
// say, so that the plugin's shell can be compiled and run here. What it cannot show is
// that the plugin links against an engine.

#pragma once

#include <chrono>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using int32 = std::int32_t;
using uint32 = std::uint32_t;
// Unreal's is a 16-bit character on every platform.
using TCHAR = char16_t;

#define TEXT(text) u##text

namespace StandIn
{
	std::u16string FromUtf8(const char* Text);
	std::string ToUtf8(const TCHAR* Text);
}

// Both are temporaries, as in Unreal.
#define UTF8_TO_TCHAR(text) (StandIn::FromUtf8(text).c_str())
#define TCHAR_TO_UTF8(text) (StandIn::ToUtf8(text).c_str())

class FString
{
public:
	FString() = default;
	explicit FString(const TCHAR* Text) : Data(Text) {}
	const TCHAR* operator*() const { return Data.c_str(); }
	FString operator+(const TCHAR* Other) const { return FString((Data + Other).c_str()); }
	bool operator<(const FString& Other) const { return Data < Other.Data; }
	bool operator==(const FString& Other) const { return Data == Other.Data; }

private:
	std::u16string Data;
};

class FName
{
public:
	FName() = default;
	explicit FName(const TCHAR* Text) : Data(Text) {}
	FString ToString() const { return FString(Data.c_str()); }
	bool operator<(const FName& Other) const { return Data < Other.Data; }
	bool operator==(const FName& Other) const { return Data == Other.Data; }

private:
	std::u16string Data;
};

class FText
{
public:
	static FText FromString(const FString& Text) { FText Out; Out.Data = Text; return Out; }
	static FText GetEmpty() { return FText(); }
	const FString& ToString() const { return Data; }

private:
	FString Data;
};

#define LOCTEXT(key, text) FText::FromString(FString(TEXT(text)))

struct FGuid
{
	uint32 A = 0, B = 0, C = 0, D = 0;
	bool operator<(const FGuid& Other) const { return std::tie(A, B, C, D) < std::tie(Other.A, Other.B, Other.C, Other.D); }
};

template <typename Type>
class TArray
{
public:
	void Add(const Type& Item) { Items.push_back(Item); }
	void Append(const Type* From, int32 Count) { Items.insert(Items.end(), From, From + Count); }
	void Reserve(int32 Count) { Items.reserve(static_cast<std::size_t>(Count)); }
	int32 Num() const { return static_cast<int32>(Items.size()); }
	const Type& operator[](int32 At) const { return Items.at(static_cast<std::size_t>(At)); }

private:
	std::vector<Type> Items;
};

template <typename Type>
class TSet
{
public:
	void Add(const Type& Item) { Items.insert(Item); }
	void Remove(const Type& Item) { Items.erase(Item); }
	bool Contains(const Type& Item) const { return Items.count(Item) > 0; }
	void Empty() { Items.clear(); }

private:
	std::set<Type> Items;
};

template <typename Key, typename Value>
class TMap
{
public:
	void Add(const Key& At, const Value& Item) { Items[At] = Item; }
	const Value* Find(const Key& At) const
	{
		const auto Found = Items.find(At);
		return Found == Items.end() ? nullptr : &Found->second;
	}

private:
	std::map<Key, Value> Items;
};

template <typename Type>
class TSharedPtr : public std::shared_ptr<Type>
{
public:
	using std::shared_ptr<Type>::shared_ptr;
	TSharedPtr() = default;
	template <typename Other>
	TSharedPtr(const std::shared_ptr<Other>& From) : std::shared_ptr<Type>(From) {}
	bool IsValid() const { return this->get() != nullptr; }
	void Reset() { this->reset(); }
};
template <typename Type>
using TSharedRef = TSharedPtr<Type>;

template <typename Type, typename... Arguments>
TSharedRef<Type> MakeShared(Arguments&&... Given)
{
	return TSharedRef<Type>(std::make_shared<Type>(std::forward<Arguments>(Given)...));
}

// Unreal's coordinates are doubles since version 5.
struct FVector
{
	double X, Y, Z;
	FVector(double InX, double InY, double InZ) : X(InX), Y(InY), Z(InZ) {}
};

struct FQuat
{
	double X, Y, Z, W;
	FQuat(double InX, double InY, double InZ, double InW) : X(InX), Y(InY), Z(InZ), W(InW) {}
};

class FTransform
{
public:
	FTransform(const FQuat& InRotation, const FVector& InTranslation) : Rotation(InRotation), Translation(InTranslation) {}
	FQuat GetRotation() const { return Rotation; }
	FVector GetTranslation() const { return Translation; }

private:
	FQuat Rotation;
	FVector Translation;
};

struct FFrameNumber
{
	int32 Value;
	explicit FFrameNumber(int32 In) : Value(In) {}
};

struct FFrameTime
{
	FFrameNumber FrameNumber{0};
	float SubFrame = 0.0f;
	FFrameTime() = default;
	FFrameTime(FFrameNumber InFrame, float InSubFrame) : FrameNumber(InFrame), SubFrame(InSubFrame)
	{
		if (!(SubFrame >= 0.0f && SubFrame < 1.0f)) { std::abort(); }
	}
};

struct FFrameRate
{
	int32 Numerator = 24;
	int32 Denominator = 1;
	FFrameRate() = default;
	FFrameRate(int32 InNumerator, int32 InDenominator) : Numerator(InNumerator), Denominator(InDenominator) {}
};

struct FQualifiedFrameTime
{
	FFrameTime Time;
	FFrameRate Rate;
	FQualifiedFrameTime() = default;
	FQualifiedFrameTime(const FFrameTime& InTime, const FFrameRate& InRate) : Time(InTime), Rate(InRate) {}
};

// What the header tool of Unreal writes.
#define UCLASS(...)
#define GENERATED_BODY()
class UObject
{
public:
	virtual ~UObject() = default;
};
class UClass
{
public:
	const char* Name;
};
template <typename Type>
class TSubclassOf
{
public:
	TSubclassOf(UClass* InClass) : Class(InClass) {}
	UClass* Get() const { return Class; }

private:
	UClass* Class;
};

#define DEFINE_LOG_CATEGORY_STATIC(category, level, all)
#define UE_LOG(category, level, format, ...) \
	(void)std::printf("%s\n", StandIn::ToUtf8(__VA_ARGS__).c_str())
