#include "schema/json_text.hpp"

#include <cstdint>
#include <cstring>

namespace todod::schema {

namespace {

/// How many bytes from the front need no escape in a JSON string. Eight at a time: most need none
/// (the tests for a byte in a word: Mycroft; https://graphics.stanford.edu/~seander/bithacks.html).
std::size_t plain_prefix(std::string_view text)
{
    constexpr std::uint64_t ones = 0x0101'0101'0101'0101;
    constexpr std::uint64_t highs = 0x8080'8080'8080'8080;
    constexpr std::size_t step = sizeof(std::uint64_t);
    const auto any_less = [](std::uint64_t word, unsigned char bound) {
        return ((word - ones * bound) & ~word & highs) != 0;
    };
    std::size_t size = 0;
    for (; size + step <= text.size(); size += step) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + size, step);
        if (any_less(word, ' ') || any_less(word ^ ones * '"', 1) ||
            any_less(word ^ ones * '\\', 1))
            break;
    }
    const auto is_plain = [](char byte) {
        return static_cast<unsigned char>(byte) >= ' ' && byte != '"' && byte != '\\';
    };
    while (size < text.size() && is_plain(text[size]))
        ++size;
    return size;
}

}  // namespace

void write_string(std::string& out, std::string_view text)
{
    static constexpr std::string_view digits = "0123456789abcdef";
    out += '"';
    for (;;) {
        const std::size_t plain = plain_prefix(text);
        out.append(text, 0, plain);
        if (plain == text.size()) break;
        const auto byte = static_cast<unsigned char>(text[plain]);
        text.remove_prefix(plain + 1);
        if (byte == '"' || byte == '\\') {
            out += '\\';
            out += static_cast<char>(byte);
        } else if (byte == '\n') {
            out += "\\n";
        } else if (byte == '\t') {
            out += "\\t";
        } else if (byte == '\r') {
            out += "\\r";
        } else {
            out += "\\u00";
            out += digits[byte >> 4];
            out += digits[byte & 0xF];
        }
    }
    out += '"';
}

}  // namespace todod::schema
