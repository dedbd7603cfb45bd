// Runs the plugin's shell against the stand-ins: a source as Live Link makes it, receiving
// from a real port. Arguments: the text of a preset, the number of frames to wait for.
// Prints one JSON object for each thing that happens.

#include <atomic>

#include "FacewireSourceFactory.h"
#include "ILiveLinkClient.h"
#include "ILiveLinkSource.h"
#include "LiveLinkSourceSettings.h"
#include "SFacewirePanel.h"
#include "Threads.h"
#include "Widgets/Input/SEditableTextBox.h"

#include "Files.h"

namespace {

std::string utf8(const FString& text) {
	return StandIn::ToUtf8(*text);
}

void say(const std::string& object) {
	std::printf("%s\n", object.c_str());
	std::fflush(stdout);
}

// Live Link's side.
class Client : public ILiveLinkClient {
public:
	std::atomic<int> frames{0};
	std::atomic<int> statics{0};
	std::atomic<bool> gone{false};

	void PushSubjectStaticData_AnyThread(const FLiveLinkSubjectKey& key, TSubclassOf<ULiveLinkRole> role,
			FLiveLinkStaticDataStruct&& data) override {
		check();
		std::string out = begin("static", key) + ", \"role\": \"" + role.Get()->Name + "\"";
		if (auto* skeleton = data.Cast<FLiveLinkSkeletonStaticData>()) {
			out += ", \"bones\": " + names(skeleton->GetBoneNames()) + ", \"parents\": [";
			for (int32 i = 0; i < skeleton->GetBoneParents().Num(); ++i) {
				out += (i > 0 ? ", " : "") + std::to_string(skeleton->GetBoneParents()[i]);
			}
			out += "]";
		} else {
			out += ", \"properties\": " + names(data.Cast<FLiveLinkBaseStaticData>()->PropertyNames);
		}
		say(out + "}");
		++statics;
	}

	void PushSubjectFrameData_AnyThread(const FLiveLinkSubjectKey& key, FLiveLinkFrameDataStruct&& data) override {
		check();
		auto* pose = data.Cast<FLiveLinkAnimationFrameData>();
		FLiveLinkBaseFrameData* base = pose != nullptr ? pose : data.Cast<FLiveLinkBaseFrameData>();
		const FQualifiedFrameTime& time = base->MetaData.SceneTime;
		std::string out = begin("frame", key);
		out += ", \"age_s\": " + tests::number(FPlatformTime::Seconds() - base->WorldTime.GetOffsettedTime());
		out += ", \"tracked\": " + utf8(*base->MetaData.StringMetaData.Find(FName(TEXT("tracked"))));
		out += ", \"mood\": " + tests::quoted(utf8(*base->MetaData.StringMetaData.Find(FName(TEXT("mood")))));
		out += ", \"timecode\": [" + std::to_string(time.Time.FrameNumber.Value) + ", " +
			tests::number(static_cast<double>(time.Time.SubFrame)) + ", " + std::to_string(time.Rate.Numerator) +
			", " + std::to_string(time.Rate.Denominator) + "]";
		std::vector<double> values;
		for (int32 i = 0; i < base->PropertyValues.Num(); ++i) {
			values.push_back(static_cast<double>(base->PropertyValues[i]));
		}
		for (int32 i = 0; pose != nullptr && i < pose->Transforms.Num(); ++i) {
			const FQuat turn = pose->Transforms[i].GetRotation();
			const FVector place = pose->Transforms[i].GetTranslation();
			values.insert(values.end(), {turn.X, turn.Y, turn.Z, turn.W, place.X, place.Y, place.Z});
		}
		say(out + ", \"values\": " + tests::list(values) + "}");
		++frames;
	}

	void RemoveSubject_AnyThread(const FLiveLinkSubjectKey& key) override {
		check();
		say(begin("removed", key) + "}");
	}

private:
	void check() const {
		if (gone) {
			std::abort();
		}
	}
	static std::string begin(const char* what, const FLiveLinkSubjectKey& key) {
		return std::string("{\"what\": \"") + what + "\", \"source\": " + std::to_string(key.Source.A) +
			", \"subject\": " + tests::quoted(utf8(key.SubjectName.Name.ToString()));
	}
	static std::string names(const TArray<FName>& from) {
		std::string out = "[";
		for (int32 i = 0; i < from.Num(); ++i) {
			out += (i > 0 ? ", " : "") + tests::quoted(utf8(from[i].ToString()));
		}
		return out + "]";
	}
};

void wait_for(const std::atomic<int>& count, int wanted) {
	const double end = FPlatformTime::Seconds() + 30.0;
	while (count < wanted && FPlatformTime::Seconds() < end) {
		std::this_thread::yield();
	}
}

// The panel's button, with a wrong text and then with the right one.
TSharedPtr<ILiveLinkSource> from_panel(const UFacewireSourceFactory& factory, const FString& preset) {
	TSharedPtr<ILiveLinkSource> made;
	ULiveLinkSourceFactory::FOnLiveLinkSourceCreated created;
	FString text;
	created.Bound = [&made, &text](TSharedPtr<ILiveLinkSource> source, FString said) {
		made = source;
		text = said;
	};
	const auto widget = factory.BuildCreationPanel(created);
	auto* panel = static_cast<SFacewirePanel*>(widget.get());
	const std::string offered = utf8(panel->AddressBox->GetText().ToString());
	panel->AddressBox->SetText(FText::FromString(FString(TEXT("localhost"))));
	panel->Create();
	const std::string problem = utf8(panel->Problem().ToString());
	const bool none = !made.IsValid();
	panel->AddressBox->SetText(FText::FromString(preset));
	panel->Create();
	say("{\"what\": \"panel\", \"offered\": " + tests::quoted(offered) + ", \"problem\": " + tests::quoted(problem) +
		", \"none\": " + (none ? "true" : "false") + ", \"text\": " + tests::quoted(utf8(text)) +
		", \"left\": " + tests::quoted(utf8(panel->Problem().ToString())) + "}");
	return made;
}

}  // namespace

int main(int, char** argument) {
	const FString preset(UTF8_TO_TCHAR(argument[1]));
	const int wanted = std::atoi(argument[2]);
	UFacewireSourceFactory factory;
	if (factory.CreateSource(FString(TEXT("udp://nowhere:0"))).IsValid()) {
		return 1;
	}
	from_panel(factory, preset);
	TSharedPtr<ILiveLinkSource> source = factory.CreateSource(preset);
	auto client = std::make_unique<Client>();
	FGuid guid;
	guid.A = 7;
	source->ReceiveClient(client.get(), guid);
	ULiveLinkSourceSettings settings;
	source->InitializeSettings(&settings);
	const double end = FPlatformTime::Seconds() + 30.0;
	while (utf8(source->GetSourceStatus().ToString()).empty() && FPlatformTime::Seconds() < end) {
		std::this_thread::yield();
	}
	say("{\"what\": \"ready\", \"type\": " + tests::quoted(utf8(source->GetSourceType().ToString())) +
		", \"machine\": " + tests::quoted(utf8(source->GetSourceMachineName().ToString())) +
		", \"status\": " + tests::quoted(utf8(source->GetSourceStatus().ToString())) +
		", \"preset\": " + tests::quoted(utf8(settings.ConnectionString)) +
		", \"valid\": " + (source->IsSourceStillValid() ? "true" : "false") + "}");
	wait_for(client->frames, wanted);
	// Live Link takes the source again, and has forgotten its subjects.
	const int before = client->frames;
	const int described = client->statics;
	guid.A = 8;
	source->ReceiveClient(client.get(), guid);
	say("{\"what\": \"again\"}");
	wait_for(client->frames, before + 1);
	int asked = 1;
	while (!source->RequestSourceShutdown()) {
		++asked;
		std::this_thread::yield();
	}
	client->gone = true;
	say("{\"what\": \"ended\", \"asked\": " + std::to_string(asked > 1 ? 2 : 1) + ", \"described\": " +
		std::to_string(described) + ", \"valid\": " + (source->IsSourceStillValid() ? "true" : "false") + "}");
	client.reset();
	source.Reset();
	return 0;
}
