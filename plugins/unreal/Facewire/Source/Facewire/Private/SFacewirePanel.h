// The panel behind Add Source > facewire: an address, a sentence if it is wrong, and a
// button.

#pragma once

#include "CoreMinimal.h"
#include "LiveLinkSourceFactory.h"
#include "Widgets/DeclarativeSyntaxSupport.h"
#include "Widgets/SCompoundWidget.h"

#include "Input/Reply.h"

class SEditableTextBox;

class SFacewirePanel : public SCompoundWidget
{
public:
	SLATE_BEGIN_ARGS(SFacewirePanel) {}
		SLATE_EVENT(ULiveLinkSourceFactory::FOnLiveLinkSourceCreated, OnSourceCreated)
	SLATE_END_ARGS()

	void Construct(const FArguments& Args);

	// Make the source that the text describes. Public for tests.
	FReply Create();

	FText Problem() const { return ProblemText; }

	TSharedPtr<SEditableTextBox> AddressBox;

private:
	ULiveLinkSourceFactory::FOnLiveLinkSourceCreated OnSourceCreated;
	FText ProblemText;
};
