// Checks of the parts that need no bytes from outside. Prints each that fails.

#include <cmath>
#include <cstdio>
#include <limits>

#include "Core/Address.h"
#include "Core/Msgpack.h"
#include "Core/Order.h"
#include "Core/Playback.h"
#include "Core/Subject.h"

using namespace facewire;

namespace {

int failed = 0;
int passed = 0;

#define EXPECT(what) \
	((what) ? (void)++passed : (void)(++failed, std::printf("%s:%d: %s\n", __FILE__, __LINE__, #what)))

bool near(double a, double b) { return std::abs(a - b) < 1e-6; }

Frame frame(std::uint64_t seq, std::int64_t sent_ns) {
	Frame out;
	out.subject.set("face");
	out.seq = seq;
	out.sent_ns = sent_ns;
	out.captured_ns = sent_ns;
	out.display_ns = sent_ns;
	return out;
}

void order() {
	Order order;
	EXPECT(order.judge(frame(10, 100), 0) == Arrival::kNew);
	EXPECT(order.judge(frame(11, 110), 10) == Arrival::kNew);
	EXPECT(order.judge(frame(11, 110), 11) == Arrival::kRepeated);
	EXPECT(order.judge(frame(14, 140), 40) == Arrival::kNew);
	EXPECT(order.lost() == 2);
	EXPECT(order.judge(frame(12, 120), 41) == Arrival::kLate);
	EXPECT(order.lost() == 1);
	EXPECT(order.judge(frame(12, 120), 42) == Arrival::kRepeated);
	EXPECT(order.judge(frame(9, 90), 43) == Arrival::kLate);
	// The sender starts again on the same machine: lower, but sent later.
	EXPECT(order.judge(frame(0, 150), 50) == Arrival::kRestart);
	EXPECT(order.judge(frame(1, 160), 60) == Arrival::kNew);
	EXPECT(order.judge(frame(200, 170), 70) == Arrival::kNew);
	// Its machine has started again, and its clock with it.
	EXPECT(order.judge(frame(0, 170 - 3 * kSecond), 80) == Arrival::kRestart);
	EXPECT(order.judge(frame(300, 0), 90) == Arrival::kNew);
	EXPECT(order.judge(frame(100, 0), 90 + 3 * kSecond) == Arrival::kRestart);
	// Times and counts of a hostile sender.
	EXPECT(order.judge(frame(UINT64_MAX, INT64_MIN), 91) == Arrival::kNew);
	EXPECT(order.judge(frame(0, INT64_MAX), 92) == Arrival::kRestart);
	EXPECT(order.judge(frame(0, INT64_MIN), 93) == Arrival::kRestart);
}

void clock() {
	Clock clock;
	clock.hear(1'000 * kMs, 5'030 * kMs);
	EXPECT(clock.local(1'000 * kMs) == 5'030 * kMs);
	// A shorter way counts at once, a longer one hardly.
	clock.hear(1'010 * kMs, 5'020 * kMs);
	EXPECT(clock.local(1'010 * kMs) == 5'020 * kMs);
	clock.hear(1'020 * kMs, 5'080 * kMs);
	EXPECT(clock.local(1'020 * kMs) > 5'030 * kMs && clock.local(1'020 * kMs) < 5'031 * kMs);
	// A clock that is 50 ppm slower is followed.
	for (std::int64_t i = 1; i <= 100; ++i) {
		clock.hear(1'020 * kMs + i * kSecond, 5'030 * kMs + i * kSecond + i * 50'000);
	}
	EXPECT(std::abs(clock.local(101'020 * kMs) - 105'035 * kMs) < kMs);
	// A file that begins again, and a machine that does.
	EXPECT(!clock.hear(102'020 * kMs, 106'100 * kMs));
	EXPECT(clock.hear(0, 200 * kSecond));
	EXPECT(clock.local(0) == 200 * kSecond);
	clock.hear(INT64_MAX, 201 * kSecond);
	EXPECT(clock.local(INT64_MAX) == 201 * kSecond);
	clock.hear(INT64_MIN, 202 * kSecond);
	EXPECT(std::abs(clock.local(INT64_MIN) - 202 * kSecond) <= kSecond);
}

void playback() {
	Playback playback(3);
	EXPECT(playback.due(INT64_MAX) == nullptr && playback.next_ns(-1) == -1);
	EXPECT(playback.keep(frame(2, 20)) && playback.keep(frame(1, 10)) && playback.keep(frame(3, 20)));
	EXPECT(!playback.keep(frame(4, 40)));
	EXPECT(playback.waiting() == 3 && playback.next_ns(-1) == 10);
	EXPECT(playback.due(9) == nullptr);
	for (std::uint64_t seq = 1; seq <= 3; ++seq) {
		const Frame* next = playback.due(30);
		EXPECT(next != nullptr && next->seq == seq);
	}
	EXPECT(playback.due(30) == nullptr && playback.waiting() == 0);
	EXPECT(playback.keep(frame(5, 50)));
	playback.clear();
	EXPECT(playback.due(INT64_MAX) == nullptr);
}

bool round_trip(const Address& address) {
	Address again;
	std::string problem;
	return read_address(text_of(address), again, problem) && text_of(again) == text_of(address) &&
	       again.host == address.host && again.subject == address.subject && again.port == address.port &&
	       again.udp == address.udp && again.bones == address.bones && again.buffer_ms == address.buffer_ms;
}

void address() {
	Address read;
	std::string problem;
	EXPECT(read_address("udp://127.0.0.1:7000?subject=*&bones=0&buffer=50", read, problem));
	EXPECT(read.udp && read.port == 7000 && read.subject.empty() && !read.bones && read.buffer_ms == 50);
	EXPECT(read_address("tcp://stage.local", read, problem));
	EXPECT(!read.udp && read.host == "stage.local" && read.port == kTcpPort && read.bones);
	EXPECT(read_address("udp://[::1]:5561", read, problem) && read.host == "::1" && place_of(read) == "udp://[::1]:5561");
	EXPECT(round_trip(read));
	EXPECT(read_address("udp://[::1]", read, problem) && read.host == "::1" && read.port == kUdpPort);
	for (const char* name : {"Ann & Bob", "100%", "%41", "*", "a=b?c", "\xe5\x85\xbb"}) {
		Address odd;
		odd.subject = name;
		EXPECT(round_trip(odd));
	}
	for (const char* bad : {"", "127.0.0.1:5561", "http://a:1", "udp://", "udp://:5561", "udp://a:0",
			"udp://a:65536", "udp://a:123456", "udp://a:x", "udp://a b:1", "udp://[::1", "udp://[::1]x", "udp://[]:1", "udp://::1:5", "udp://a:1?buffer=501",
			"udp://a:1?buffer=-1", "udp://a:1?bones=2", "udp://a:1?speed=9"}) {
		problem.clear();
		EXPECT(!read_address(bad, read, problem) && problem.rfind("facewire: ", 0) == 0);
	}
}

// Unreal turns a vector with the usual formula, in its left-handed axes.
Point turned(const Turn& q, const Point& v) {
	const Point t = {2 * (q.y * v.z - q.z * v.y), 2 * (q.z * v.x - q.x * v.z), 2 * (q.x * v.y - q.y * v.x)};
	return {
		v.x + q.w * t.x + q.y * t.z - q.z * t.y,
		v.y + q.w * t.y + q.z * t.x - q.x * t.z,
		v.z + q.w * t.z + q.x * t.y - q.y * t.x,
	};
}

void axes() {
	const float left[] = {1.0f, 0.0f, 0.0f};
	const float up[] = {0.0f, 1.0f, 0.0f};
	const float out[] = {0.0f, 0.0f, 0.01f};
	EXPECT(near(unreal_point(left).y, -100.0) && near(unreal_point(up).z, 100.0) && near(unreal_point(out).x, 1.0));
	const Point nose = {1.0, 0.0, 0.0};
	// Down; to the actor's left, Unreal's -Y; and the head to the actor's right.
	const float down[] = {0.2f, 0.0f, 0.0f};
	EXPECT(turned(unreal_turn(turn(down)), nose).z < -0.19);
	const float yaw[] = {0.0f, 0.2f, 0.0f};
	EXPECT(turned(unreal_turn(turn(yaw)), nose).y < -0.19);
	const float roll[] = {0.0f, 0.0f, 0.2f};
	EXPECT(turned(unreal_turn(turn(roll)), Point{0.0, 0.0, 1.0}).y > 0.19);
	EXPECT(near(angles(turn(yaw)).yaw, -0.2) && near(angles(turn(down)).pitch, 0.2) && near(angles(turn(roll)).roll, -0.2));
}

void subject() {
	EXPECT(property_name(0) == "EyeBlinkLeft" && property_name(51) == "TongueOut");
	EXPECT(property_name(52) == "HeadYaw" && property_name(60) == "RightEyeRoll" && property_name(61) == "HeadX");
	EXPECT(property_name(kTracked01) == "Tracked" && property_name(kConfidence01) == "Confidence");
	EXPECT(property_name(kFirstExpression) == "ExpressionNeutral" && property_name(kFirstMood - 1) == "DoubtTongueOut");
	EXPECT(property_name(kFirstMood) == "MoodNeutral" && property_name(kProperties - 1) == "MoodContempt");
	for (std::size_t i = 0; i < kSkeleton.size(); ++i) {
		EXPECT(kSkeleton[i].parent < static_cast<int>(i));
	}
	Frame odd = frame(0, 0);
	odd.vector[0] = 2.0f;
	odd.vector[1] = -1.0f;
	odd.vector[kFirstPosition] = 3e38f;
	odd.vector[kFirstPosition + 2] = -3e38f;
	Properties values;
	properties(odd, values);
	EXPECT(values[0] == 1.0f && values[1] == 0.0f && values[kFirstDoubt] == kNoIdea);
	constexpr float far = std::numeric_limits<float>::max();
	EXPECT(values[kHead] == -far && values[kHead + 1] == -far && values[kHead + 2] == 0.0f);
}

bool utf8(std::string_view text) {
	std::size_t characters = 0;
	return is_utf8(text, characters);
}

void text() {
	std::size_t characters = 0;
	EXPECT(is_utf8("\xe5\x85\xbb \xf0\x9f\x99\x82", characters) && characters == 3);
	for (const char* bad : {"\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
			"\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xe5\x85", "\xff"}) {
		EXPECT(!utf8(bad));
	}
}

}  // namespace

int main() {
	order();
	clock();
	playback();
	address();
	axes();
	subject();
	text();
	std::printf("%d passed, %d failed\n", passed, failed);
	return failed == 0 ? 0 : 1;
}
