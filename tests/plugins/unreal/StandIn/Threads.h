// Threads, locks and time, as the pages of the module Core name them.

#pragma once

#include "CoreMinimal.h"

class FCriticalSection
{
public:
	std::recursive_mutex Mutex;
};

class FScopeLock
{
public:
	explicit FScopeLock(FCriticalSection* Section) : Guard(Section->Mutex) {}

private:
	std::lock_guard<std::recursive_mutex> Guard;
};

enum EThreadPriority { TPri_Normal, TPri_AboveNormal };

class FRunnable
{
public:
	virtual ~FRunnable() = default;
	virtual bool Init() { return true; }
	virtual uint32 Run() = 0;
	virtual void Stop() {}
	virtual void Exit() {}
};

class FRunnableThread
{
public:
	static FRunnableThread* Create(FRunnable* Runnable, const TCHAR*, uint32 = 0, EThreadPriority = TPri_Normal)
	{
		auto* Out = new FRunnableThread;
		Out->Thread = std::thread([Runnable] {
			if (Runnable->Init()) { Runnable->Run(); }
			Runnable->Exit();
		});
		return Out;
	}
	void WaitForCompletion()
	{
		if (Thread.joinable()) { Thread.join(); }
	}

private:
	std::thread Thread;
};

struct FPlatformTime
{
	static double Seconds()
	{
		return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
	}
};
