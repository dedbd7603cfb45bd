#include "Address.h"

namespace facewire {

namespace {

bool number(std::string_view text, int low, int high, int& out) {
	if (text.empty() || text.size() > 5) {
		return false;
	}
	out = 0;
	for (const char digit : text) {
		if (digit < '0' || digit > '9') {
			return false;
		}
		out = 10 * out + (digit - '0');
	}
	return low <= out && out <= high;
}

// Text before `mark`, which is taken off `rest` together with the mark.
std::string_view before(std::string_view& rest, char mark) {
	const std::size_t at = rest.find(mark);
	const std::string_view head = rest.substr(0, at);
	rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + 1);
	return head;
}

int hex(char digit) {
	return digit >= '0' && digit <= '9' ? digit - '0'
		: digit >= 'a' && digit <= 'f' ? digit - 'a' + 10
		: digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

std::string unescaped(std::string_view text) {
	std::string out;
	for (std::size_t i = 0; i < text.size(); ++i) {
		const bool whole = text[i] == '%' && i + 2 < text.size();
		const int high = whole ? hex(text[i + 1]) : -1;
		const int low = whole ? hex(text[i + 2]) : -1;
		if (high >= 0 && low >= 0) {
			out += static_cast<char>(16 * high + low);
			i += 2;
		} else {
			out += text[i];
		}
	}
	return out;
}

std::string escaped(std::string_view text) {
	constexpr char digits[] = "0123456789ABCDEF";
	std::string out;
	for (const char letter : text) {
		if (letter == '%' || letter == '&' || letter == '=' || letter == '*') {
			const auto byte = static_cast<unsigned char>(letter);
			out += {'%', digits[byte >> 4], digits[byte & 15]};
		} else {
			out += letter;
		}
	}
	return out;
}

bool read_place(std::string_view place, Address& out, std::string& problem) {
	// [::1]:5561, or a host without colons.
	const bool brackets = !place.empty() && place[0] == '[';
	const std::size_t end = brackets ? place.find(']') : place.find(':');
	const std::string_view host = place.substr(brackets ? 1 : 0,
		end == std::string_view::npos ? end : end - (brackets ? 1 : 0));
	std::string_view port = end == std::string_view::npos ? std::string_view()
		: place.substr(end + (brackets ? 1 : 0));
	if (port.empty() && brackets == (end != std::string_view::npos)) {
		out.port = out.udp ? kUdpPort : kTcpPort;
	} else if (port.empty() || port[0] != ':' || !number(port.substr(1), 1, 65'535, out.port)) {
		problem = "the port of " + std::string(place) + " is not a number of 1 to 65535";
		return false;
	}
	if (host.empty() || host.size() > 255 || host.find_first_of("[]/ ") != std::string_view::npos) {
		problem = "the host of " + std::string(place) +
			" is not a name or an address; write for example 127.0.0.1:" +
			std::to_string(out.port);
		return false;
	}
	out.host = host;
	return true;
}

bool read_option(std::string_view option, Address& out, std::string& problem) {
	std::string_view value = option;
	const std::string_view name = before(value, '=');
	if (name == "subject") {
		out.subject = value == "*" ? std::string() : unescaped(value);
		if (out.subject.size() <= 1024) {
			return true;
		}
		problem = "subject has more than 1024 bytes";
		return false;
	}
	if (name == "bones") {
		out.bones = value == "1";
		if (value == "0" || value == "1") {
			return true;
		}
		problem = "bones is " + std::string(value) + ", expected 0 or 1";
		return false;
	}
	if (name == "buffer") {
		if (number(value, 0, kMostBufferMs, out.buffer_ms)) {
			return true;
		}
		problem = "buffer is " + std::string(value) + ", expected 0 to 500 milliseconds";
		return false;
	}
	problem = "there is no option " + std::string(name) + "; there are subject, bones, buffer";
	return false;
}

}  // namespace

bool read_address(std::string_view text, Address& out, std::string& problem) {
	Address read;
	std::string_view rest = text;
	const std::string_view scheme = rest.substr(0, 6);
	if (scheme != "udp://" && scheme != "tcp://") {
		problem = "facewire: " + std::string(text.substr(0, 80)) +
			" is no address; write udp://127.0.0.1:5561 or tcp://127.0.0.1:5560";
		return false;
	}
	read.udp = scheme == "udp://";
	rest.remove_prefix(6);
	bool good = read_place(before(rest, '?'), read, problem);
	while (good && !rest.empty()) {
		good = read_option(before(rest, '&'), read, problem);
	}
	if (!good) {
		problem = "facewire: " + problem.substr(0, 200);
		return false;
	}
	out = read;
	return true;
}

std::string place_of(const Address& address) {
	const bool six = address.host.find(':') != std::string::npos;
	return (address.udp ? "udp://" : "tcp://") + (six ? "[" + address.host + "]" : address.host) +
		":" + std::to_string(address.port);
}

std::string text_of(const Address& address) {
	return place_of(address) + "?subject=" +
		(address.subject.empty() ? "*" : escaped(address.subject)) +
		"&bones=" + (address.bones ? "1" : "0") +
		"&buffer=" + std::to_string(address.buffer_ms);
}

}  // namespace facewire
