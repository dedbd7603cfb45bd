// Makes Live Link sources: from the panel behind Add Source > facewire, and from the text
// that a Live Link preset keeps.

#pragma once

#include "CoreMinimal.h"
#include "LiveLinkSourceFactory.h"

#include "FacewireSourceFactory.generated.h"

UCLASS()
class UFacewireSourceFactory : public ULiveLinkSourceFactory
{
	GENERATED_BODY()

public:
	virtual FText GetSourceDisplayName() const override;
	virtual FText GetSourceTooltip() const override;
	virtual EMenuType GetMenuType() const override;

	virtual TSharedPtr<SWidget> BuildCreationPanel(FOnLiveLinkSourceCreated OnLiveLinkSourceCreated) const override;

	// Later versions of Unreal have a second one, which stays as it is.
	using ULiveLinkSourceFactory::CreateSource;

	// `ConnectionString` is an address as Core/Address.h describes it.
	virtual TSharedPtr<ILiveLinkSource> CreateSource(const FString& ConnectionString) const override;
};
