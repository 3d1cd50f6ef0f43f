#include "http/arguments.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace todod::http {

void Arguments::read(const Endpoint& endpoint, const Router::Found& found, std::string_view query)
{
    path_.clear();
    query_.clear();
    decoded_.clear();
    for (std::size_t i = 0; i < found.count; ++i) {
        path_.push_back({endpoint.parameters[i], decode(found.values[i], false)});
    }
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        const auto pair = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (pair.empty()) continue;
        const auto equals = std::min(pair.find('='), pair.size());
        const auto value = pair.substr(std::min(equals + 1, pair.size()));
        query_.push_back({decode(pair.substr(0, equals), true), decode(value, true)});
    }
}

std::string_view Arguments::decode(std::string_view text, bool in_query)
{
    if (text.find_first_of(in_query ? "%+" : "%") == std::string_view::npos) return text;
    auto plain = base::percent_decode(text, in_query);
    if (!plain || plain->find('\0') != std::string::npos) {
        throw base::Error{base::ErrorCode::bad_request,
                          in_query ? "The query is not percent-encoded UTF-8 text."
                                   : "The path is not percent-encoded UTF-8 text."};
    }
    return decoded_.emplace_back(std::move(*plain));
}

}  // namespace todod::http
