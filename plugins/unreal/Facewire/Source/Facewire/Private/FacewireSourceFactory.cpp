#include "FacewireSourceFactory.h"

#include "FacewireSource.h"
#include "FacewireText.h"
#include "SFacewirePanel.h"

#include "Core/Address.h"

#define LOCTEXT_NAMESPACE "Facewire"

DEFINE_LOG_CATEGORY_STATIC(LogFacewire, Log, All);

FText UFacewireSourceFactory::GetSourceDisplayName() const
{
	return LOCTEXT("DisplayName", "facewire");
}

FText UFacewireSourceFactory::GetSourceTooltip() const
{
	return LOCTEXT("Tooltip", "Faces from facewire, over UDP (--sink native) or ZeroMQ (--sink zmq)");
}

UFacewireSourceFactory::EMenuType UFacewireSourceFactory::GetMenuType() const
{
	return EMenuType::SubPanel;
}

TSharedPtr<SWidget> UFacewireSourceFactory::BuildCreationPanel(FOnLiveLinkSourceCreated OnLiveLinkSourceCreated) const
{
	return SNew(SFacewirePanel)
		.OnSourceCreated(OnLiveLinkSourceCreated);
}

TSharedPtr<ILiveLinkSource> UFacewireSourceFactory::CreateSource(const FString& ConnectionString) const
{
	facewire::Address Address;
	std::string Problem;
	if (!facewire::read_address(ToUtf8(ConnectionString), Address, Problem))
	{
		UE_LOG(LogFacewire, Error, TEXT("%s"), *ToFString(Problem));
		return TSharedPtr<ILiveLinkSource>();
	}
	return MakeShared<FFacewireSource>(Address);
}

#undef LOCTEXT_NAMESPACE
