#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "mcp/headers.hpp"

namespace todod::mcp {

/// The arguments of one tool that headers repeat (2026-07-28, `x-mcp-header` in its input schema):
/// `Mcp-Param-NAME`, by which somebody on the way may route the call.
class ParamHeaders {
public:
    /// Throws Error{internal} where the schema asks for what cannot be: a name that is none of a
    /// header or is there twice, a value that is no text, integer or boolean.
    explicit ParamHeaders(const boost::json::object& schema);

    /// Whether the headers say the same as the arguments (null: none): neither more nor less.
    std::optional<Fault> check(Headers headers, const boost::json::object* arguments) const;

private:
    struct Param {
        std::string header;
        std::vector<std::string> path;  ///< from the arguments down
    };

    void collect(const boost::json::object& schema, std::vector<std::string> path);
    void add(const boost::json::object& property, std::vector<std::string> path);

    std::vector<Param> params_;
};

}  // namespace todod::mcp
