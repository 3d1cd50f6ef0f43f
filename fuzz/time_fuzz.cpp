// Instants and days: what is read is written in one form, which reads the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/time.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace todod;
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    if (const auto instant = base::parse_instant(text)) {
        if (base::parse_instant(base::to_string(*instant)) != instant) std::abort();
    }
    if (const auto day = base::parse_date(text)) {
        if (base::to_string(*day) != text) std::abort();
    }
    static_cast<void>(base::TimeZone::find(text));
    return 0;
}
