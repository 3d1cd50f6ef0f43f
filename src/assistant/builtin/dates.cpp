#include "assistant/builtin/dates.hpp"

#include <array>

namespace todod::assistant::builtin {

std::string_view to_string(Grain grain) noexcept
{
    static constexpr std::array<std::string_view, 8> names{"second", "minute", "hour",    "day",
                                                           "week",   "month",  "quarter", "year"};
    return names[static_cast<std::size_t>(grain)];
}

std::vector<TimeMention> find_times(std::span<const Token> /*tokens*/, const Moment& /*moment*/)
{
    return {};
}

types::Due to_due(const TimeMention& mention, const base::TimeZone& zone)
{
    if (mention.grain < Grain::day) return {.at = mention.start, .whole_day = false};
    return {.at = zone.day_at(mention.start), .whole_day = true};
}

}  // namespace todod::assistant::builtin
