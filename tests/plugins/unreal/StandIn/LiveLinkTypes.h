// Live Link's types and interfaces, as the pages of the module LiveLinkInterface name
// them. The other headers of this folder that are Live Link's only include this one.

#pragma once

#include "CoreMinimal.h"

class UScriptStruct
{
public:
	std::function<std::shared_ptr<void>()> Make;
};

template <typename Type>
UScriptStruct* StructOf()
{
	static UScriptStruct Out{[] { return std::make_shared<Type>(); }};
	return &Out;
}

struct FLiveLinkWorldTime
{
	FLiveLinkWorldTime() = default;
	explicit FLiveLinkWorldTime(const double InTime) : Time(InTime) {}
	double GetOffsettedTime() const { return Time; }

private:
	double Time = 0.0;
};

struct FLiveLinkMetaData
{
	TMap<FName, FString> StringMetaData;
	FQualifiedFrameTime SceneTime;
};

struct FLiveLinkBaseStaticData
{
	TArray<FName> PropertyNames;
	static UScriptStruct* StaticStruct() { return StructOf<FLiveLinkBaseStaticData>(); }
};

struct FLiveLinkBaseFrameData
{
	FLiveLinkWorldTime WorldTime;
	FLiveLinkMetaData MetaData;
	TArray<float> PropertyValues;
	static UScriptStruct* StaticStruct() { return StructOf<FLiveLinkBaseFrameData>(); }
};

struct FLiveLinkSkeletonStaticData : FLiveLinkBaseStaticData
{
	void SetBoneNames(const TArray<FName>& In) { BoneNames = In; }
	void SetBoneParents(const TArray<int32> In) { BoneParents = In; }
	const TArray<FName>& GetBoneNames() const { return BoneNames; }
	const TArray<int32>& GetBoneParents() const { return BoneParents; }
	static UScriptStruct* StaticStruct() { return StructOf<FLiveLinkSkeletonStaticData>(); }

private:
	TArray<FName> BoneNames;
	TArray<int32> BoneParents;
};

struct FLiveLinkAnimationFrameData : FLiveLinkBaseFrameData
{
	TArray<FTransform> Transforms;
	static UScriptStruct* StaticStruct() { return StructOf<FLiveLinkAnimationFrameData>(); }
};

// Moved, never copied.
template <typename BaseType>
class FLiveLinkBaseDataStruct
{
public:
	explicit FLiveLinkBaseDataStruct(const UScriptStruct* InType) : Type(InType), Data(InType->Make()) {}
	FLiveLinkBaseDataStruct(FLiveLinkBaseDataStruct&&) = default;
	template <typename Wanted>
	Wanted* Cast()
	{
		return Type == Wanted::StaticStruct() ? static_cast<Wanted*>(Data.get()) : nullptr;
	}

private:
	const UScriptStruct* Type;
	std::shared_ptr<void> Data;
};
using FLiveLinkStaticDataStruct = FLiveLinkBaseDataStruct<FLiveLinkBaseStaticData>;
using FLiveLinkFrameDataStruct = FLiveLinkBaseDataStruct<FLiveLinkBaseFrameData>;

class ULiveLinkRole : public UObject {};
#define STAND_IN_ROLE(name) \
	class name : public ULiveLinkRole \
	{ \
	public: \
		static UClass* StaticClass() { static UClass Out{#name}; return &Out; } \
	}
STAND_IN_ROLE(ULiveLinkBasicRole);
STAND_IN_ROLE(ULiveLinkAnimationRole);

struct FLiveLinkSubjectName
{
	FName Name;
	FLiveLinkSubjectName(FName In) : Name(In) {}
};

struct FLiveLinkSubjectKey
{
	FGuid Source;
	FLiveLinkSubjectName SubjectName;
	FLiveLinkSubjectKey(FGuid InSource, FLiveLinkSubjectName InName) : Source(InSource), SubjectName(InName) {}
};

class ILiveLinkClient
{
public:
	virtual ~ILiveLinkClient() = default;
	virtual void PushSubjectStaticData_AnyThread(const FLiveLinkSubjectKey& SubjectKey, TSubclassOf<ULiveLinkRole> Role, FLiveLinkStaticDataStruct&& StaticData) = 0;
	virtual void PushSubjectFrameData_AnyThread(const FLiveLinkSubjectKey& SubjectKey, FLiveLinkFrameDataStruct&& FrameData) = 0;
	virtual void RemoveSubject_AnyThread(const FLiveLinkSubjectKey& SubjectName) = 0;
};

class ULiveLinkSourceSettings : public UObject
{
public:
	FString ConnectionString;
};

class ILiveLinkSource
{
public:
	virtual ~ILiveLinkSource() = default;
	virtual void ReceiveClient(ILiveLinkClient* InClient, FGuid InSourceGuid) = 0;
	virtual void InitializeSettings(ULiveLinkSourceSettings*) {}
	virtual bool IsSourceStillValid() const = 0;
	virtual bool RequestSourceShutdown() = 0;
	virtual FText GetSourceType() const = 0;
	virtual FText GetSourceMachineName() const = 0;
	virtual FText GetSourceStatus() const = 0;
};

struct FLiveLinkSourcePreset {};

class SWidget
{
public:
	virtual ~SWidget() = default;
};

class ULiveLinkSourceFactory : public UObject
{
public:
	enum class EMenuType { SubPanel, MenuEntry, Disabled };

	class FOnLiveLinkSourceCreated
	{
	public:
		std::function<void(TSharedPtr<ILiveLinkSource>, FString)> Bound;
		bool ExecuteIfBound(TSharedPtr<ILiveLinkSource> Source, FString Text) const
		{
			if (Bound) { Bound(Source, Text); }
			return static_cast<bool>(Bound);
		}
	};

	virtual FText GetSourceDisplayName() const = 0;
	virtual FText GetSourceTooltip() const = 0;
	virtual EMenuType GetMenuType() const { return EMenuType::Disabled; }
	virtual TSharedPtr<SWidget> BuildCreationPanel(FOnLiveLinkSourceCreated) const { return {}; }
	virtual TSharedPtr<ILiveLinkSource> CreateSource(const FString&) const { return {}; }
	// In newer versions.
	virtual TSharedPtr<ILiveLinkSource> CreateSource(const FLiveLinkSourcePreset&) const { return {}; }
};
