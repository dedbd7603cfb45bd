// A Live Link source: receives faces on a thread of its own and pushes them from there.

#pragma once

#include <atomic>

#include "CoreMinimal.h"
#include "HAL/CriticalSection.h"
#include "HAL/Runnable.h"
#include "ILiveLinkSource.h"

#include "Core/Receiver.h"

class FRunnableThread;
class ILiveLinkClient;

class FFacewireSource : public ILiveLinkSource, public FRunnable, private facewire::Listener
{
public:
	explicit FFacewireSource(const facewire::Address& InAddress);
	virtual ~FFacewireSource() override;

	// ILiveLinkSource, called by Live Link on the game thread.
	virtual void ReceiveClient(ILiveLinkClient* InClient, FGuid InSourceGuid) override;
	virtual void InitializeSettings(ULiveLinkSourceSettings* Settings) override;
	virtual bool IsSourceStillValid() const override;
	virtual bool RequestSourceShutdown() override;
	virtual FText GetSourceType() const override;
	virtual FText GetSourceMachineName() const override;
	virtual FText GetSourceStatus() const override;

	// FRunnable
	virtual uint32 Run() override;
	virtual void Stop() override;

private:
	// facewire::Listener, on our thread.
	virtual void face(const facewire::Frame& Frame, std::int64_t ShownNs) override;
	virtual void gone(std::string_view Subject) override;

	// The subject has its names and bones in Live Link; they are sent if it has not.
	void Describe(const FString& Subject);

	const facewire::Address Address;

	// Live Link's side. It may end before we do.
	mutable FCriticalSection ClientLock;
	ILiveLinkClient* Client = nullptr;
	FGuid SourceGuid;
	// Live Link forgets all subjects when it takes the source again.
	TSet<FString> Described;

	mutable FCriticalSection StatusLock;
	FString Status;

	FRunnableThread* Thread = nullptr;
	std::atomic<bool> bStopping{false};
	std::atomic<bool> bEnded{true};
};
