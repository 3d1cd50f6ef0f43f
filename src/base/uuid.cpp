#include "base/uuid.hpp"

#include <cassert>
#include <span>

namespace todod::base {

namespace {

constexpr std::size_t text_size = 36;
constexpr std::string_view digits = "0123456789abcdef";
constexpr std::uint8_t not_a_digit = 0xFF;

constexpr auto digit_values = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(not_a_digit);
    for (std::size_t value = 0; value < digits.size(); ++value) {
        const auto digit = static_cast<unsigned char>(digits[value]);
        values[digit] = static_cast<std::uint8_t>(value);
        if (value >= 10) values[digit - 'a' + 'A'] = values[digit];
    }
    return values;
}();

/// Where the two digits of each byte stand in the text.
constexpr std::array<std::uint8_t, 16> places{0,  2,  4,  6,  9,  11, 14, 16,
                                              19, 21, 24, 26, 28, 30, 32, 34};
constexpr std::array<std::uint8_t, 4> hyphens{8, 13, 18, 23};

std::uint8_t digit_value(char digit)
{
    return digit_values[static_cast<unsigned char>(digit)];
}

/// RFC 9562 §4.1 and §4.2.
void set_version(Uuid& uuid, std::uint8_t version)
{
    uuid.bytes[6] = (uuid.bytes[6] & std::byte{0x0F}) | std::byte(version << 4);
    uuid.bytes[8] = (uuid.bytes[8] & std::byte{0x3F}) | std::byte{0x80};
}

}  // namespace

std::optional<Uuid> parse_uuid(std::string_view text) noexcept
{
    if (text.size() != text_size) return std::nullopt;
    for (const auto place : hyphens) {
        if (text[place] != '-') return std::nullopt;
    }
    Uuid uuid;
    std::uint8_t seen = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
        const auto high = digit_value(text[places[i]]);
        const auto low = digit_value(text[places[i] + 1]);
        seen |= high | low;
        uuid.bytes[i] = std::byte(high << 4 | low);
    }
    if (seen == not_a_digit) return std::nullopt;
    return uuid;
}

std::string to_string(const Uuid& uuid)
{
    std::string text;
    append(text, uuid);
    return text;
}

void append(std::string& out, const Uuid& uuid)
{
    std::array<char, text_size> text;
    for (std::size_t i = 0; i < places.size(); ++i) {
        const auto byte = std::to_integer<std::uint8_t>(uuid.bytes[i]);
        text[places[i]] = digits[byte >> 4];
        text[places[i] + 1] = digits[byte & 0x0F];
    }
    for (const auto place : hyphens) {
        text[place] = '-';
    }
    out.append(text.data(), text.size());
}

Uuid make_uuid_v7(Instant now, Random& random)
{
    constexpr std::size_t time_size = 6;
    const auto milliseconds = now.time_since_epoch().count();
    assert(milliseconds >= 0);
    Uuid uuid;
    for (std::size_t i = 0; i < time_size; ++i) {
        uuid.bytes[i] = std::byte(milliseconds >> (8 * (time_size - 1 - i)) & 0xFF);
    }
    random.fill(std::span{uuid.bytes}.subspan(time_size));
    set_version(uuid, 7);
    return uuid;
}

Uuid make_uuid_v4(Random& random)
{
    Uuid uuid;
    random.fill(uuid.bytes);
    set_version(uuid, 4);
    return uuid;
}

}  // namespace todod::base
