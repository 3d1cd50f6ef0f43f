#include "config_values.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <charconv>

#include "base/text.hpp"

namespace todod {

std::int64_t to_number(std::string_view text, std::int64_t least, std::int64_t most)
{
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = failed == std::errc{} && end == text.data() + text.size();
    if (whole && number >= least && number <= most) return number;
    throw Unusable{fmt::format("a whole number from {} to {}", least, most)};
}

bool to_bool(std::string_view text)
{
    for (const std::string_view yes : {"true", "1", "yes", "on"}) {
        if (base::equals_ignoring_case(text, yes)) return true;
    }
    for (const std::string_view no : {"false", "0", "no", "off"}) {
        if (base::equals_ignoring_case(text, no)) return false;
    }
    throw Unusable{"true or false"};
}

std::vector<std::string> to_list(std::string_view text)
{
    std::vector<std::string> items;
    text = base::trim(text);
    if (text.starts_with('[')) {
        boost::system::error_code failed;
        const auto parsed = boost::json::parse(text, failed);
        const auto* array = failed ? nullptr : parsed.if_array();
        const auto is_text = [](const auto& item) { return item.is_string(); };
        if (array == nullptr || !std::ranges::all_of(*array, is_text)) {
            throw Unusable{"a list with commas between, or a JSON list of strings"};
        }
        for (const auto& item : *array) {
            if (!item.as_string().empty()) items.emplace_back(item.as_string());
        }
        return items;
    }
    while (!text.empty()) {
        const std::size_t comma = text.find(',');
        const std::string_view item = base::trim(text.substr(0, comma));
        if (!item.empty()) items.emplace_back(item);
        text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    }
    return items;
}

}  // namespace todod
