#pragma once

#include <utf8proc.h>

#include <cstdint>
#include <cstring>
#include <string_view>

namespace todod::base {

/// As it stands in a text.
struct CodePoint {
    utf8proc_int32_t value;
    std::size_t size;  ///< in bytes; 0: what stands there is not valid
};

inline const utf8proc_uint8_t* as_utf8proc(std::string_view text)
{
    return reinterpret_cast<const utf8proc_uint8_t*>(text.data());
}

inline bool is_ascii(char byte)
{
    return static_cast<unsigned char>(byte) < 0x80;
}

/// How many bytes at the front of `text` are ASCII.
inline std::size_t count_leading_ascii(std::string_view text)
{
    constexpr std::uint64_t high_bits = 0x8080'8080'8080'8080;
    std::size_t size = 0;
    for (std::uint64_t word; size + sizeof word <= text.size(); size += sizeof word) {
        std::memcpy(&word, text.data() + size, sizeof word);
        if (word & high_bits) break;
    }
    while (size < text.size() && is_ascii(text[size])) {
        ++size;
    }
    return size;
}

inline CodePoint decode_first(std::string_view text)
{
    CodePoint first{};
    const auto size = utf8proc_iterate(as_utf8proc(text),
                                       static_cast<utf8proc_ssize_t>(text.size()), &first.value);
    first.size = size > 0 ? static_cast<std::size_t>(size) : 0;
    return first;
}

}  // namespace todod::base
