#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operation/operation.hpp"

namespace todod::http {

/// Which pages of other origins may read the answers, with credentials (the Fetch standard's CORS).
class Cors {
public:
    /// `origins` are compared exactly. "*" among them allows every origin, but not in production.
    Cors(std::vector<std::string> origins, bool production);

    bool allows(std::string_view origin) const noexcept;

    /// Whether answers depend on who asks.
    bool is_on() const noexcept { return any_ || !origins_.empty(); }

    /// The fields of every answer to an allowed origin, each with its line end.
    static void append(std::string& out, std::string_view origin);

    /// The further fields of the answer to a preflight that names these `fields`
    /// (Access-Control-Request-Headers).
    static std::vector<operation::Header> preflight(std::string_view methods,
                                                    std::string_view fields = {});

private:
    std::vector<std::string> origins_;
    bool any_ = false;
};

}  // namespace todod::http
