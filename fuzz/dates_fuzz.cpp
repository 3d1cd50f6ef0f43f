// Dates and times in a text: the mentions stand in order, and are of years that can be written.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "assistant/builtin/dates.hpp"
#include "base/text.hpp"

namespace {

using namespace todod;

bool is_sound(base::Instant instant)
{
    return base::parse_instant(base::to_string(instant)) == instant;
}

void check(std::span<const assistant::builtin::Token> tokens, std::string_view zone)
{
    static const auto now = base::parse_instant("2026-03-29T00:30:00Z").value();
    const assistant::builtin::Moment moment{.now = now, .zone = *base::TimeZone::find(zone)};
    std::size_t last = 0;
    for (const auto& mention : assistant::builtin::find_times(tokens, moment)) {
        if (mention.first < last || mention.last <= mention.first) std::abort();
        if (mention.lead > mention.first || mention.last > tokens.size()) std::abort();
        if (!is_sound(mention.start) || !is_sound(mention.at)) std::abort();
        if (mention.end && (!is_sound(*mention.end) || *mention.end < mention.start)) std::abort();
        last = mention.last;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    if (!base::is_valid_utf8(text)) return 0;
    const auto tokens = assistant::builtin::tokenize(text);
    check(tokens, "UTC");
    check(tokens, "Europe/Berlin");
    check(tokens, "-12:00");
    return 0;
}
