#include "FacewireSubject.h"

#include <algorithm>

#include "FacewireText.h"
#include "Roles/LiveLinkAnimationTypes.h"
#include "Roles/LiveLinkBasicTypes.h"

#include "Core/Subject.h"

namespace
{
	// What both subjects' frames begin with.
	void FillBase(const facewire::Frame& Frame, double ShownSeconds, FLiveLinkBaseFrameData& Data)
	{
		Data.WorldTime = FLiveLinkWorldTime(ShownSeconds);
		// A fraction close to 1 would become 1, which a frame time may not have.
		const float Fraction = std::min(static_cast<float>(Frame.time.subframe), 0.9999999f);
		Data.MetaData.SceneTime = FQualifiedFrameTime(FFrameTime(FFrameNumber(Frame.time.frame), Fraction),
			FFrameRate(Frame.time.num, Frame.time.den));
		// Neither role has a flag for a face that is held because none is seen.
		Data.MetaData.StringMetaData.Add(FName(TEXT("tracked")), Frame.tracked ? FString(TEXT("1")) : FString(TEXT("0")));
		// Texts are never mixed of two frames, and a Blueprint can switch on one.
		Data.MetaData.StringMetaData.Add(FName(TEXT("mood")), ToFString(facewire::mood_name(Frame)));
	}
}

FName FacewireSubject::BonesName(const FString& Subject)
{
	return FName(*(Subject + TEXT("_bones")));
}

FLiveLinkStaticDataStruct FacewireSubject::Properties()
{
	FLiveLinkStaticDataStruct Data(FLiveLinkBaseStaticData::StaticStruct());
	FLiveLinkBaseStaticData* Static = Data.Cast<FLiveLinkBaseStaticData>();
	for (std::size_t At = 0; At < facewire::kProperties; ++At)
	{
		Static->PropertyNames.Add(FName(*ToFString(facewire::property_name(At))));
	}
	return Data;
}

FLiveLinkStaticDataStruct FacewireSubject::Skeleton()
{
	FLiveLinkStaticDataStruct Data(FLiveLinkSkeletonStaticData::StaticStruct());
	TArray<FName> Names;
	TArray<int32> Parents;
	for (const facewire::Bone& Bone : facewire::kSkeleton)
	{
		Names.Add(FName(*ToFString(facewire::kBones[Bone.channel])));
		Parents.Add(Bone.parent);
	}
	FLiveLinkSkeletonStaticData* Static = Data.Cast<FLiveLinkSkeletonStaticData>();
	Static->SetBoneNames(Names);
	Static->SetBoneParents(Parents);
	return Data;
}

FLiveLinkFrameDataStruct FacewireSubject::PropertyFrame(const facewire::Frame& Frame, double ShownSeconds)
{
	FLiveLinkFrameDataStruct Data(FLiveLinkBaseFrameData::StaticStruct());
	FLiveLinkBaseFrameData* Base = Data.Cast<FLiveLinkBaseFrameData>();
	FillBase(Frame, ShownSeconds, *Base);
	facewire::Properties Values;
	facewire::properties(Frame, Values);
	Base->PropertyValues.Append(Values.data(), static_cast<int32>(Values.size()));
	return Data;
}

FLiveLinkFrameDataStruct FacewireSubject::BoneFrame(const facewire::Frame& Frame, double ShownSeconds)
{
	FLiveLinkFrameDataStruct Data(FLiveLinkAnimationFrameData::StaticStruct());
	FLiveLinkAnimationFrameData* Pose = Data.Cast<FLiveLinkAnimationFrameData>();
	FillBase(Frame, ShownSeconds, *Pose);
	Pose->Transforms.Reserve(static_cast<int32>(facewire::kSkeleton.size()));
	for (std::size_t Bone = 0; Bone < facewire::kSkeleton.size(); ++Bone)
	{
		const facewire::Turn Turn = facewire::bone_turn(Frame, Bone);
		const facewire::Point Place = facewire::rest_position(Bone);
		Pose->Transforms.Add(FTransform(
			FQuat(Turn.x, Turn.y, Turn.z, Turn.w), FVector(Place.x, Place.y, Place.z)));
	}
	return Data;
}
