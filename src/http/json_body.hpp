#pragma once

#include <boost/json/parser.hpp>
#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <string_view>

namespace todod::http {

/// Reads one JSON text after another (RFC 8259): strict UTF-8, nothing after the value. One a
/// thread.
class JsonReader {
public:
    /// Arrays and objects within each other, at most `depth` of them.
    explicit JsonReader(std::size_t depth);

    /// Throws Error{bad_request}, which says at which byte the text goes wrong, but not what
    /// stands there, and Error{invalid} where an object names a member twice.
    boost::json::value read(std::string_view text, boost::json::storage_ptr memory);

private:
    boost::json::parser parser_;
};

}  // namespace todod::http
