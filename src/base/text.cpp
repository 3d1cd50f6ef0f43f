#include "base/text.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <vector>

#include "base/utf8.hpp"

namespace todod::base {

namespace {

bool is_continuation(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

/// Unicode's White_Space property: the separators and some controls.
bool is_white_space(utf8proc_int32_t code_point)
{
    constexpr utf8proc_int32_t next_line = 0x85;
    if (code_point < 0x80) return code_point == ' ' || (code_point >= '\t' && code_point <= '\r');
    const auto category = utf8proc_category(code_point);
    return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
           category == UTF8PROC_CATEGORY_ZP || code_point == next_line;
}

bool is_invisible(utf8proc_int32_t code_point)
{
    // Unicode keeps these for what is not shown, be it assigned or not: tags, variation selectors.
    if (code_point >= 0xE0000 && code_point <= 0xE0FFF) return true;
    const auto category = utf8proc_category(code_point);
    return category == UTF8PROC_CATEGORY_CF || category == UTF8PROC_CATEGORY_ZL ||
           category == UTF8PROC_CATEGORY_ZP;
}

/// The bytes of the white space that `text` begins with; 0 if it begins with none.
std::size_t measure_white_space(std::string_view text)
{
    if (text.empty()) return 0;
    if (is_ascii(text[0])) return is_white_space(text[0]) ? 1 : 0;
    const auto first = decode_first(text);
    return first.size > 0 && is_white_space(first.value) ? first.size : 0;
}

/// The last code point of `text` by itself.
std::string_view take_last(std::string_view text)
{
    constexpr std::size_t longest = 4;
    std::size_t size = std::min<std::size_t>(text.size(), 1);
    while (size < text.size() && size < longest && is_continuation(text[text.size() - size])) {
        ++size;
    }
    return text.substr(text.size() - size);
}

std::u32string to_code_points(std::string_view utf8)
{
    std::u32string code_points;
    while (!utf8.empty()) {
        const auto [value, size] = decode_first(utf8);
        if (size == 0) break;
        code_points += static_cast<char32_t>(value);
        utf8.remove_prefix(size);
    }
    return code_points;
}

/// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
std::size_t count_edits(std::u32string_view a, std::u32string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::vector<std::size_t> row_before(b.size() + 1);
    std::vector<std::size_t> row_before_that(b.size() + 1);
    std::iota(row_before.begin(), row_before.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replacement = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = std::min({row_before[j] + 1, row[j - 1] + 1, row_before[j - 1] + replacement});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], row_before_that[j - 2] + 1);
            }
        }
        row_before_that.swap(row_before);
        row_before.swap(row);
    }
    return row_before[b.size()];
}

bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

constexpr std::string_view base64url_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t not_base64url = 0xFF;
constexpr std::uint32_t low_6_bits = 0x3F;

constexpr auto base64url_values = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(not_base64url);
    for (std::size_t value = 0; value < base64url_alphabet.size(); ++value) {
        values[static_cast<unsigned char>(base64url_alphabet[value])] =
            static_cast<std::uint8_t>(value);
    }
    return values;
}();

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

char upper(char c)
{
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

}  // namespace

std::size_t count_code_points(std::string_view utf8) noexcept
{
    // Every byte but a continuation (10xxxxxx) begins one. Eight bytes at a time: each byte of
    // `continuations` is 0 or 1, and the product has their sum in its highest byte.
    constexpr std::uint64_t low_bits = 0x0101'0101'0101'0101;
    std::size_t count = utf8.size();
    std::size_t i = 0;
    for (std::uint64_t word; i + sizeof word <= utf8.size(); i += sizeof word) {
        std::memcpy(&word, utf8.data() + i, sizeof word);
        const auto continuations = word >> 7 & ~word >> 6 & low_bits;
        count -= continuations * low_bits >> 56;
    }
    for (; i < utf8.size(); ++i) {
        count -= is_continuation(utf8[i]) ? 1 : 0;
    }
    return count;
}

bool is_valid_utf8(std::string_view bytes) noexcept
{
    for (;;) {
        bytes.remove_prefix(count_leading_ascii(bytes));
        if (bytes.empty()) return true;
        const auto first = decode_first(bytes);
        if (first.size == 0) return false;
        bytes.remove_prefix(first.size);
    }
}

std::string_view trim(std::string_view utf8) noexcept
{
    while (const auto size = measure_white_space(utf8)) {
        utf8.remove_prefix(size);
    }
    while (const auto size = measure_white_space(take_last(utf8))) {
        utf8.remove_suffix(size);
    }
    return utf8;
}

std::string_view trim_spaces(std::string_view text) noexcept
{
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string without_invisible(std::string_view utf8)
{
    std::string seen;
    seen.reserve(utf8.size());
    while (!utf8.empty()) {
        const std::size_t ascii = count_leading_ascii(utf8);
        seen += utf8.substr(0, ascii);
        utf8.remove_prefix(ascii);
        const auto [value, size] = decode_first(utf8);
        if (size == 0) break;
        if (!is_invisible(value)) seen += utf8.substr(0, size);
        utf8.remove_prefix(size);
    }
    return seen;
}

std::string to_lower(std::string_view ascii)
{
    std::string lowered{ascii};
    std::ranges::transform(lowered, lowered.begin(), lower);
    return lowered;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept
{
    return std::ranges::equal(a, b, {}, lower, lower);
}

std::string to_camel_case(std::string_view snake)
{
    std::string camel;
    camel.reserve(snake.size());
    bool begins_word = false;
    for (const char c : snake) {
        if (c == '_') {
            begins_word = !camel.empty();
        } else {
            camel += begins_word ? upper(c) : c;
            begins_word = false;
        }
    }
    return camel;
}

std::string_view cut(std::string_view utf8, std::size_t max_bytes) noexcept
{
    if (utf8.size() <= max_bytes) return utf8;
    // Back over the bytes that go on with a code point.
    while (max_bytes > 0 && is_continuation(utf8[max_bytes])) {
        --max_bytes;
    }
    return utf8.substr(0, max_bytes);
}

std::string_view cut_code_points(std::string_view utf8, std::size_t max_code_points) noexcept
{
    if (utf8.size() <= max_code_points) return utf8;
    std::size_t size = 0;
    for (std::size_t count = 0; size < utf8.size(); ++size) {
        if (!is_continuation(utf8[size]) && count++ == max_code_points) break;
    }
    return utf8.substr(0, size);
}

bool has_control_character(std::string_view utf8) noexcept
{
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const auto byte = static_cast<unsigned char>(utf8[i]);
        if (byte < 0x20 || byte == 0x7F) return true;
        // C1 is U+0080 to U+009F: 0xC2 and a byte below 0xA0.
        const bool has_next = i + 1 < utf8.size();
        if (byte == 0xC2 && has_next && static_cast<unsigned char>(utf8[i + 1]) < 0xA0) return true;
    }
    return false;
}

std::optional<std::string_view> find_nearest(std::string_view word,
                                             std::span<const std::string_view> candidates)
{
    constexpr std::size_t least_tolerance = 2;
    constexpr std::size_t longest_word = 64;
    if (word.size() > longest_word || !is_valid_utf8(word)) return std::nullopt;
    const auto wanted = to_code_points(fold_case(word));
    const auto tolerance = std::max(least_tolerance, wanted.size() / 3);

    std::optional<std::string_view> nearest;
    auto fewest = tolerance + 1;
    for (const auto candidate : candidates) {
        const auto known = to_code_points(fold_case(candidate));
        const auto [shorter, longer] = std::minmax({wanted.size(), known.size()});
        if (longer - shorter >= fewest) continue;
        const auto edits = count_edits(wanted, known);
        // As many edits as characters: they have nothing in common.
        if (edits >= fewest || edits >= longer) continue;
        fewest = edits;
        nearest = candidate;
    }
    return nearest;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space)
{
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            const char* const digits = text.data() + i + 1;
            if (text.size() - i < 3) return std::nullopt;
            std::uint8_t byte = 0;
            if (std::from_chars(digits, digits + 2, byte, 16).ptr != digits + 2) {
                return std::nullopt;
            }
            decoded += static_cast<char>(byte);
            i += 2;
        } else {
            decoded += text[i] == '+' && plus_is_space ? ' ' : text[i];
        }
    }
    if (!is_valid_utf8(decoded)) return std::nullopt;
    return decoded;
}

std::string percent_encode(std::string_view text)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    encoded.reserve(text.size());
    for (const char c : text) {
        if (is_unreserved(c)) {
            encoded += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            encoded += {'%', digits[byte >> 4], digits[byte & 0x0F]};
        }
    }
    return encoded;
}

std::string base64url_encode(std::string_view bytes)
{
    const std::size_t rest = bytes.size() % 3;
    std::string text(bytes.size() / 3 * 4 + (rest > 0 ? rest + 1 : 0), '\0');
    auto out = text.begin();
    const auto put = [&out](std::uint32_t bits, int characters) {
        for (int shift = 18; characters > 0; --characters, shift -= 6) {
            *out++ = base64url_alphabet[bits >> shift & low_6_bits];
        }
    };
    const auto byte_at = [bytes](std::size_t i) {
        return std::uint32_t{static_cast<unsigned char>(bytes[i])};
    };
    std::size_t i = 0;
    for (; i + 3 <= bytes.size(); i += 3) {
        put(byte_at(i) << 16 | byte_at(i + 1) << 8 | byte_at(i + 2), 4);
    }
    if (rest == 1) put(byte_at(i) << 16, 2);
    if (rest == 2) put(byte_at(i) << 16 | byte_at(i + 1) << 8, 3);
    return text;
}

std::string base64_encode(std::string_view bytes)
{
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL ends it with a null
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

std::optional<std::string> base64url_decode(std::string_view text)
{
    const std::size_t rest = text.size() % 4;
    if (rest == 1) return std::nullopt;
    std::string bytes(text.size() / 4 * 3 + (rest > 0 ? rest - 1 : 0), '\0');
    auto out = bytes.begin();
    std::uint8_t seen = 0;
    const auto value_at = [text, &seen](std::size_t i) {
        const auto value = base64url_values[static_cast<unsigned char>(text[i])];
        seen |= value;
        return std::uint32_t{value};
    };
    std::size_t i = 0;
    for (; i + 4 <= text.size(); i += 4) {
        const auto bits =
            value_at(i) << 18 | value_at(i + 1) << 12 | value_at(i + 2) << 6 | value_at(i + 3);
        *out++ = static_cast<char>(bits >> 16);
        *out++ = static_cast<char>(bits >> 8);
        *out++ = static_cast<char>(bits);
    }
    std::uint32_t unused_bits = 0;
    if (rest == 2) {
        const auto bits = value_at(i) << 6 | value_at(i + 1);
        *out++ = static_cast<char>(bits >> 4);
        unused_bits = bits & 0x0F;
    } else if (rest == 3) {
        const auto bits = value_at(i) << 12 | value_at(i + 1) << 6 | value_at(i + 2);
        *out++ = static_cast<char>(bits >> 10);
        *out++ = static_cast<char>(bits >> 2);
        unused_bits = bits & 0x03;
    }
    if (seen > low_6_bits || unused_bits != 0) return std::nullopt;
    return bytes;
}

bool equals_in_constant_time(std::string_view a, std::string_view b) noexcept
{
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace todod::base
