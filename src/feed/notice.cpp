#include "feed/notice.hpp"

#include <fmt/format.h>

#include <charconv>

namespace todod::feed {

std::string write_notice(std::vector<UserKey>& users, std::size_t max_bytes)
{
    std::string text;
    while (!users.empty() && text.size() + key_digits <= max_bytes) {
        fmt::format_to(std::back_inserter(text), "{:016x}", users.back());
        users.pop_back();
    }
    return text;
}

bool read_notice(std::string_view text, const std::function<void(UserKey)>& visit)
{
    while (text.size() >= key_digits) {
        constexpr int base = 16;
        UserKey user = 0;
        const char* const end = text.data() + key_digits;
        if (std::from_chars(text.data(), end, user, base).ptr != end) return false;
        visit(user);
        text.remove_prefix(key_digits);
    }
    return text.empty();
}

}  // namespace todod::feed
