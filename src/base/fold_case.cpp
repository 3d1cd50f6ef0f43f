#include <algorithm>
#include <tuple>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

namespace todod::base {

namespace {

using CodePoints = std::vector<utf8proc_int32_t>;

/// By Unicode's rules for `options`, but for the order of marks.
CodePoints decompose(std::string_view utf8, utf8proc_option_t options)
{
    // Two bytes become three code points at most: U+0390 does.
    CodePoints code_points(2 * utf8.size());
    std::size_t count = 0;
    int bound_class = 0;  // of use to other options
    while (!utf8.empty()) {
        const auto [value, size] = decode_first(utf8);
        if (size == 0) {
            throw Error{ErrorCode::internal, utf8proc_errmsg(UTF8PROC_ERROR_INVALIDUTF8)};
        }
        const auto room = static_cast<utf8proc_ssize_t>(code_points.size() - count);
        const auto parts =
            utf8proc_decompose_char(value, &code_points[count], room, options, &bound_class);
        if (parts < 0 || parts > room) {
            throw Error{ErrorCode::internal, "A character could not be decomposed."};
        }
        count += static_cast<std::size_t>(parts);
        utf8.remove_prefix(size);
    }
    code_points.resize(count);
    return code_points;
}

int class_of(utf8proc_int32_t code_point)
{
    constexpr utf8proc_int32_t first_mark = 0x300;
    return code_point < first_mark ? 0 : utf8proc_get_property(code_point)->combining_class;
}

/// Into Unicode's canonical order. utf8proc_map takes the square of a run of marks for that: half a
/// minute for 160 KB.
void sort_marks(CodePoints& code_points)
{
    const auto is_mark = [](utf8proc_int32_t code_point) { return class_of(code_point) > 0; };
    for (auto end = code_points.begin(); end != code_points.end();) {
        const auto begin = std::find_if(end, code_points.end(), is_mark);
        end = std::find_if_not(begin, code_points.end(), is_mark);
        const std::ranges::subrange marks{begin, end};
        if (std::ranges::is_sorted(marks, {}, class_of)) continue;
        std::vector<std::tuple<int, std::size_t, utf8proc_int32_t>> ordered;
        ordered.reserve(marks.size());
        for (const auto mark : marks)
            ordered.emplace_back(class_of(mark), ordered.size(), mark);
        std::ranges::sort(ordered);
        std::ranges::transform(ordered, begin, [](const auto& mark) { return std::get<2>(mark); });
    }
}

}  // namespace

std::string fold_case(std::string_view utf8)
{
    if (count_leading_ascii(utf8) == utf8.size()) return to_lower(utf8);
    constexpr auto options =  // flags: NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange)
        static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
    CodePoints folded = decompose(utf8, options);
    sort_marks(folded);
    folded.push_back(0);  // utf8proc_reencode writes a NUL at the end
    const auto size =
        utf8proc_reencode(folded.data(), static_cast<utf8proc_ssize_t>(folded.size()) - 1, options);
    if (size < 0) throw Error{ErrorCode::internal, utf8proc_errmsg(size)};
    return {reinterpret_cast<const char*>(folded.data()), static_cast<std::size_t>(size)};
}

}  // namespace todod::base
