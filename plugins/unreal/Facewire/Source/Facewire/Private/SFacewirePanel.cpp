#include "SFacewirePanel.h"

#include "FacewireSource.h"
#include "FacewireText.h"
#include "Widgets/Input/SButton.h"
#include "Widgets/Input/SEditableTextBox.h"
#include "Widgets/SBoxPanel.h"
#include "Widgets/Text/STextBlock.h"

#include "Core/Address.h"

#define LOCTEXT_NAMESPACE "Facewire"

void SFacewirePanel::Construct(const FArguments& Args)
{
	OnSourceCreated = Args._OnSourceCreated;
	ChildSlot
	[
		SNew(SVerticalBox)
		+ SVerticalBox::Slot()
		.AutoHeight()
		.Padding(2.0f)
		[
			SNew(STextBlock)
			.Text(LOCTEXT("Address", "Address: udp://127.0.0.1:5561 for --sink native, tcp://127.0.0.1:5560 for --sink zmq"))
		]
		+ SVerticalBox::Slot()
		.AutoHeight()
		.Padding(2.0f)
		[
			SAssignNew(AddressBox, SEditableTextBox)
			.Text(FText::FromString(ToFString(facewire::text_of(facewire::Address()))))
		]
		+ SVerticalBox::Slot()
		.AutoHeight()
		.Padding(2.0f)
		[
			SNew(STextBlock)
			.Text(this, &SFacewirePanel::Problem)
		]
		+ SVerticalBox::Slot()
		.AutoHeight()
		.Padding(2.0f)
		[
			SNew(SButton)
			.Text(LOCTEXT("Add", "Add"))
			.OnClicked(this, &SFacewirePanel::Create)
		]
	];
}

FReply SFacewirePanel::Create()
{
	facewire::Address Address;
	std::string Wrong;
	if (!facewire::read_address(ToUtf8(AddressBox->GetText().ToString()), Address, Wrong))
	{
		ProblemText = FText::FromString(ToFString(Wrong));
		return FReply::Handled();
	}
	ProblemText = FText::GetEmpty();
	OnSourceCreated.ExecuteIfBound(MakeShared<FFacewireSource>(Address), ToFString(facewire::text_of(Address)));
	return FReply::Handled();
}

#undef LOCTEXT_NAMESPACE
