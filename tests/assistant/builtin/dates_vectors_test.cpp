// Dates that others wrote, where they are there: how many are understood as they meant them.
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <fstream>
#include <map>

#include "assistant/builtin/dates.hpp"

namespace todod::assistant::builtin {
namespace {

struct Share {
    int right = 0;
    int all = 0;

    double value() const { return all == 0 ? 0 : static_cast<double>(right) / all; }
};

/// How much of "2026-03-11T10:20:00" a grain says.
std::size_t size_of(std::string_view grain)
{
    static const std::map<std::string_view, std::size_t> sizes{
        {"year", 4}, {"month", 7}, {"day", 10}, {"week", 10}, {"hour", 13}, {"second", 19}};
    const auto found = sizes.find(grain);
    return found == sizes.end() ? 16 : found->second;
}

bool is_right(const boost::json::object& line)
{
    const std::string now{line.at("now").as_string()};
    const Moment moment{.now = base::parse_instant(now).value(),
                        .zone = base::TimeZone::find(now.substr(now.size() - 6)).value()};
    const auto size = size_of(line.at("grain").as_string());
    const auto expected = std::string{line.at("start").as_string()}.substr(0, size);
    const auto tokens = tokenize(line.at("text").as_string());
    return std::ranges::any_of(find_times(tokens, moment), [&](const TimeMention& mention) {
        const auto local = mention.at + moment.zone.offset_at(mention.at);
        return base::to_string(local).substr(0, size) == expected;
    });
}

TEST(DatesVectors, are_mostly_understood)
{
    std::ifstream file{TODOD_VECTORS "/nl/dates.jsonl"};
    if (!file) GTEST_SKIP() << "no dates in " TODOD_VECTORS;
    std::map<std::string, Share> shares;
    for (std::string text; std::getline(file, text);) {
        const auto line = boost::json::parse(text).as_object();
        Share& share = shares[std::string{line.at("source").as_string()}];
        share.right += is_right(line) ? 1 : 0;
        ++share.all;
    }
    EXPECT_GE(shares["chrono"].value(), 0.85);
    EXPECT_GE(shares["duckling"].value(), 0.70);
}

}  // namespace
}  // namespace todod::assistant::builtin
