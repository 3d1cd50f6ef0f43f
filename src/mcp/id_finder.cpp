#include "mcp/id_finder.hpp"

#include <boost/json/parse.hpp>
#include <utility>

#include "base/text.hpp"
#include "mcp/message.hpp"

namespace todod::mcp {

namespace json = boost::json;

namespace {

/// More than the longest id takes, each byte of it escaped.
constexpr std::size_t max_token_bytes = 2048;

}  // namespace

void IdFinder::put(std::string_view bytes)
{
    for (const char c : bytes)
        put(c);
}

json::value IdFinder::id() const
{
    return ids_ == 1 && !is_response_ ? id_ : json::value{};
}

void IdFinder::put(char c)
{
    if (!is_in_text_) return put_outside(c);
    keep(c);
    if (is_escaped_) {
        is_escaped_ = false;
    } else if (c == '\\') {
        is_escaped_ = true;
    } else if (c == '"') {
        is_in_text_ = false;
    }
}

void IdFinder::put_outside(char c)
{
    switch (c) {
        case '{':
        case '[':
            ++depth_;
            break;
        case '}':
        case ']':
            if (depth_ == 1) end_member();
            if (depth_ > 0) --depth_;
            break;
        case ':':
            if (depth_ == 1) end_name();
            break;
        case ',':
            if (depth_ == 1) end_member();
            break;
        default:
            is_in_text_ = c == '"';
            keep(c);
    }
}

void IdFinder::keep(char c)
{
    if (depth_ == 1 && token_.size() < max_token_bytes) token_ += c;
}

void IdFinder::end_name()
{
    name_ = base::trim(token_);
    token_.clear();
    is_response_ = is_response_ || name_ == R"("result")" || name_ == R"("error")";
}

void IdFinder::end_member()
{
    const std::string value = std::exchange(token_, {});
    if (std::exchange(name_, {}) != R"("id")") return;
    boost::system::error_code failed;
    id_ = json::parse(value, failed);
    if (!failed && is_id(id_)) ++ids_;
}

}  // namespace todod::mcp
