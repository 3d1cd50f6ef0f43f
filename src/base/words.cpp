#include "base/words.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>

namespace todod::base {

namespace {

struct Free {
    void operator()(utf8proc_uint8_t* text) const noexcept { std::free(text); }
};

bool is_ascii(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Without case and marks; empty for what is no UTF-8.
std::string fold(std::string_view text)
{
    if (is_ascii(text)) {
        std::string folded{text};
        for (char& c : folded)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        return folded;
    }
    constexpr auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE |
                                                            UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK);
    utf8proc_uint8_t* mapped = nullptr;
    const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                   static_cast<utf8proc_ssize_t>(text.size()), &mapped, options);
    const std::unique_ptr<utf8proc_uint8_t, Free> owned{mapped};
    if (size == UTF8PROC_ERROR_NOMEM) throw std::bad_alloc{};
    if (size < 0) return {};
    return {reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size)};
}

/// Letters, numbers and what has been given a meaning in private.
bool is_of_a_word(utf8proc_int32_t code_point)
{
    const utf8proc_category_t category = utf8proc_category(code_point);
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
           (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO) ||
           category == UTF8PROC_CATEGORY_CO;
}

/// Accents and the like, which stand behind their letter.
bool is_mark(utf8proc_int32_t code_point)
{
    const utf8proc_category_t category = utf8proc_category(code_point);
    return category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME;
}

/// The runs of code points for which `is_inside`; up to where `utf8` is none.
std::vector<std::string_view> split(std::string_view utf8, bool (*is_inside)(utf8proc_int32_t))
{
    const auto* const bytes = reinterpret_cast<const utf8proc_uint8_t*>(utf8.data());
    std::vector<std::string_view> runs;
    std::size_t begin = 0;
    std::size_t at = 0;
    while (at < utf8.size()) {
        utf8proc_int32_t code_point = 0;
        const auto size = utf8proc_iterate(
            bytes + at, static_cast<utf8proc_ssize_t>(utf8.size() - at), &code_point);
        if (size <= 0) break;
        const std::size_t end = at + static_cast<std::size_t>(size);
        if (!is_inside(code_point)) {
            if (at > begin) runs.push_back(utf8.substr(begin, at - begin));
            begin = end;
        }
        at = end;
    }
    if (at > begin) runs.push_back(utf8.substr(begin, at - begin));
    return runs;
}

}  // namespace

std::vector<std::string_view> split_words(std::string_view utf8)
{
    return split(utf8, [](utf8proc_int32_t code_point) {
        return is_of_a_word(code_point) || is_mark(code_point);
    });
}

std::vector<std::string> words_of(std::string_view utf8)
{
    const std::string folded = fold(utf8);
    const auto runs = split(folded, is_of_a_word);
    std::vector<std::string> words{runs.begin(), runs.end()};
    std::ranges::sort(words);
    const auto repeated = std::ranges::unique(words);
    words.erase(repeated.begin(), repeated.end());
    return words;
}

}  // namespace todod::base
