// The declarations of Slate that the panel uses. Widgets keep what they are given and draw
// nothing.

#pragma once

#include "LiveLinkTypes.h"

class FReply
{
public:
	static FReply Handled() { return FReply(); }
};

struct FSlot
{
	FSlot& AutoHeight() { return *this; }
	FSlot& Padding(float) { return *this; }
	FSlot& operator[](TSharedRef<SWidget> In) { Widget = In; return *this; }
	TSharedPtr<SWidget> Widget;
};

class SCompoundWidget : public SWidget
{
public:
	FSlot ChildSlot;
};

// The arguments that a widget of ours declares.
#define SLATE_BEGIN_ARGS(widget) \
	struct FArguments \
	{ \
		FArguments& Self() { return *this; } \
		FArguments()
#define SLATE_EVENT(type, name) \
	type _##name; \
	FArguments& name(const type& In) { _##name = In; return Self(); }
#define SLATE_END_ARGS() };

// SNew(Type).Argument(...) makes a widget from the arguments that follow it.
template <typename Type>
struct TMaker
{
	TSharedPtr<Type>* Keep = nullptr;
	TSharedRef<Type> operator<<(const typename Type::FArguments& Args) const
	{
		auto Out = MakeShared<Type>();
		if (Keep != nullptr) { *Keep = Out; }
		Out->Construct(Args);
		return Out;
	}
};
#define SNew(type) TMaker<type>() << type::FArguments()
#define SAssignNew(keep, type) TMaker<type>{&keep} << type::FArguments()

// What text boxes, labels and buttons take.
class STextual : public SWidget
{
public:
	struct FArguments
	{
		std::function<FText()> Shown = [] { return FText(); };
		std::function<FReply()> Clicked;
		FArguments& Text(const FText& In)
		{
			Shown = [In] { return In; };
			return *this;
		}
		template <typename Owner>
		FArguments& Text(Owner* Of, FText (Owner::*Get)() const)
		{
			Shown = [Of, Get] { return (Of->*Get)(); };
			return *this;
		}
		template <typename Owner>
		FArguments& OnClicked(Owner* Of, FReply (Owner::*Do)())
		{
			Clicked = [Of, Do] { return (Of->*Do)(); };
			return *this;
		}
	};
	void Construct(const FArguments& In) { Arguments = In; }
	FText GetText() const { return Arguments.Shown(); }
	void SetText(const FText& In) { Arguments.Text(In); }

private:
	FArguments Arguments;
};
class SButton : public STextual {};
class STextBlock : public STextual {};
class SEditableTextBox : public STextual {};

class SVerticalBox : public SWidget
{
public:
	struct FArguments
	{
		std::vector<FSlot> Slots;
		FArguments& operator+(const FSlot& In) { Slots.push_back(In); return *this; }
	};
	static FSlot Slot() { return {}; }
	void Construct(const FArguments& In) { Arguments = In; }

private:
	FArguments Arguments;
};
