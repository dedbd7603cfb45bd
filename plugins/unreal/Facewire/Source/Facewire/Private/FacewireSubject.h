// A face as Live Link data: one subject with properties, and one with bones.

#pragma once

#include "CoreMinimal.h"
#include "LiveLinkTypes.h"

#include "Core/Frame.h"

namespace FacewireSubject
{
	// The name of a face's second subject, with bones.
	FName BonesName(const FString& Subject);

	// The names and the order of the properties. Role: Basic.
	FLiveLinkStaticDataStruct Properties();

	// The bones and their parents. Role: Animation.
	FLiveLinkStaticDataStruct Skeleton();

	// One frame of each. `ShownSeconds`: when it is meant to be seen, on the clock of
	// FPlatformTime::Seconds.
	FLiveLinkFrameDataStruct PropertyFrame(const facewire::Frame& Frame, double ShownSeconds);
	FLiveLinkFrameDataStruct BoneFrame(const facewire::Frame& Frame, double ShownSeconds);
}
