#include "FacewireSource.h"

#include "FacewireSubject.h"
#include "FacewireText.h"
#include "HAL/PlatformTime.h"
#include "HAL/RunnableThread.h"
#include "ILiveLinkClient.h"
#include "LiveLinkSourceSettings.h"
#include "Misc/ScopeLock.h"
#include "Roles/LiveLinkAnimationRole.h"
#include "Roles/LiveLinkBasicRole.h"

#define LOCTEXT_NAMESPACE "Facewire"

namespace
{
	// How long one wait for the network takes at most, and so does ending.
	constexpr int WaitMs = 50;
	constexpr std::int64_t StatusEveryNs = 500 * facewire::kMs;

	std::int64_t NowNs()
	{
		return static_cast<std::int64_t>(FPlatformTime::Seconds() * 1e9);
	}
}

FFacewireSource::FFacewireSource(const facewire::Address& InAddress)
	: Address(InAddress)
{
}

FFacewireSource::~FFacewireSource()
{
	Stop();
	if (Thread != nullptr)
	{
		Thread->WaitForCompletion();
		delete Thread;
	}
}

void FFacewireSource::ReceiveClient(ILiveLinkClient* InClient, FGuid InSourceGuid)
{
	{
		FScopeLock Lock(&ClientLock);
		Client = InClient;
		SourceGuid = InSourceGuid;
		Described.Empty();
	}
	if (Thread == nullptr)
	{
		bEnded = false;
		Thread = FRunnableThread::Create(this, TEXT("facewire"), 0, TPri_AboveNormal);
		bEnded = Thread == nullptr;
	}
}

void FFacewireSource::InitializeSettings(ULiveLinkSourceSettings* Settings)
{
	// What a preset keeps; CreateSource of the factory reads it.
	Settings->ConnectionString = ToFString(facewire::text_of(Address));
}

bool FFacewireSource::IsSourceStillValid() const
{
	return !bStopping;
}

bool FFacewireSource::RequestSourceShutdown()
{
	// Live Link asks again until the thread has ended.
	Stop();
	FScopeLock Lock(&ClientLock);
	Client = nullptr;
	return bEnded;
}

FText FFacewireSource::GetSourceType() const
{
	return LOCTEXT("SourceType", "facewire");
}

FText FFacewireSource::GetSourceMachineName() const
{
	return FText::FromString(ToFString(facewire::place_of(Address)));
}

FText FFacewireSource::GetSourceStatus() const
{
	FScopeLock Lock(&StatusLock);
	return FText::FromString(Status);
}

uint32 FFacewireSource::Run()
{
	facewire::Receiver Receiver(Address, &NowNs);
	std::int64_t SaidNs = INT64_MIN;
	while (!bStopping)
	{
		Receiver.step(WaitMs, *this);
		const std::int64_t Now = NowNs();
		if (SaidNs == INT64_MIN || Now - SaidNs >= StatusEveryNs)
		{
			SaidNs = Now;
			const FString Said = ToFString(Receiver.status());
			FScopeLock Lock(&StatusLock);
			Status = Said;
		}
	}
	bEnded = true;
	return 0;
}

void FFacewireSource::Stop()
{
	bStopping = true;
}

void FFacewireSource::face(const facewire::Frame& Frame, std::int64_t ShownNs)
{
	const FString Subject = ToFString(Frame.subject.view());
	const double ShownSeconds = static_cast<double>(ShownNs) * 1e-9;
	FScopeLock Lock(&ClientLock);
	if (Client == nullptr)
	{
		return;
	}
	Describe(Subject);
	Client->PushSubjectFrameData_AnyThread(
		FLiveLinkSubjectKey(SourceGuid, FName(*Subject)), FacewireSubject::PropertyFrame(Frame, ShownSeconds));
	if (Address.bones)
	{
		Client->PushSubjectFrameData_AnyThread(
			FLiveLinkSubjectKey(SourceGuid, FacewireSubject::BonesName(Subject)),
			FacewireSubject::BoneFrame(Frame, ShownSeconds));
	}
}

void FFacewireSource::Describe(const FString& Subject)
{
	// Describing a subject again would drop the frames that Live Link keeps of it.
	if (Described.Contains(Subject))
	{
		return;
	}
	Described.Add(Subject);
	Client->PushSubjectStaticData_AnyThread(FLiveLinkSubjectKey(SourceGuid, FName(*Subject)),
		ULiveLinkBasicRole::StaticClass(), FacewireSubject::Properties());
	if (Address.bones)
	{
		Client->PushSubjectStaticData_AnyThread(
			FLiveLinkSubjectKey(SourceGuid, FacewireSubject::BonesName(Subject)),
			ULiveLinkAnimationRole::StaticClass(), FacewireSubject::Skeleton());
	}
}

void FFacewireSource::gone(std::string_view Name)
{
	const FString Subject = ToFString(Name);
	FScopeLock Lock(&ClientLock);
	if (Client == nullptr)
	{
		return;
	}
	Described.Remove(Subject);
	Client->RemoveSubject_AnyThread(FLiveLinkSubjectKey(SourceGuid, FName(*Subject)));
	if (Address.bones)
	{
		Client->RemoveSubject_AnyThread(FLiveLinkSubjectKey(SourceGuid, FacewireSubject::BonesName(Subject)));
	}
}

#undef LOCTEXT_NAMESPACE
