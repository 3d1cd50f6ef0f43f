#pragma once

#include <string>

#include "schema/codec.hpp"

namespace todod::schema {

/// Any JSON value as text, for what is handed on as it is. The text must be JSON.
struct RawJson {
    std::string text = "null";

    bool operator==(const RawJson&) const = default;
};

template <>
struct Codec<RawJson> {
    static bool read(const boost::json::value&, RawJson&, const Limits&, Reader&);
    static bool parse(std::string_view, RawJson&, const Limits&, Reader&);
    static void write(const RawJson&, std::string& out, Dialect);
    static void describe(boost::json::object&, const Limits&, Dialect);
};

}  // namespace todod::schema
