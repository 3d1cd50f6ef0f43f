#pragma once

#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "http/router.hpp"
#include "schema/type.hpp"

namespace todod::http {

/// The parameters of one request's path and query, percent-decoded. Reused from one to the next.
class Arguments {
public:
    /// Views on what is handed in where nothing had to be decoded. Throws Error{bad_request} for
    /// a broken escape, what is not UTF-8, and NUL.
    void read(const Endpoint& endpoint, const Router::Found& found, std::string_view query);

    const std::vector<schema::NamedText>& path() const noexcept { return path_; }
    const std::vector<schema::NamedText>& query() const noexcept { return query_; }

private:
    std::string_view decode(std::string_view text, bool in_query);

    std::vector<schema::NamedText> path_;
    std::vector<schema::NamedText> query_;
    std::list<std::string> decoded_;
};

}  // namespace todod::http
