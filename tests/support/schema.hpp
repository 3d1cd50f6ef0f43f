#pragma once

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "schema/codec.hpp"
#include "schema/json_text.hpp"
#include "support/errors.hpp"

namespace todod::testing {

/// `text` as a JSON string.
inline std::string to_json(std::string_view text)
{
    std::string json;
    schema::write_string(json, text);
    return json;
}

/// `text`, `count` times.
inline std::string repeat(int count, std::string_view text)
{
    std::string out;
    for (int i = 0; i < count; ++i)
        out += text;
    return out;
}

/// What a reading gave: the value, and what is wrong.
template <class T>
struct Outcome {
    T value{};
    bool ok = false;
    std::vector<std::string> errors{};
};

/// Reads a request for a T.
template <class T>
Outcome<T> read_request(const schema::RawInput& from, bool ignore_unknown = false)
{
    Outcome<T> outcome;
    schema::Reader reader{ignore_unknown};
    schema::read_input(from, &outcome.value, schema::type_of<T>(), reader);
    outcome.ok = reader.ok();
    outcome.errors = lines_of(reader.take());
    return outcome;
}

/// Reads one value of JSON, as the field "x" of a body.
template <class V>
Outcome<V> read_value(std::string_view json, const schema::Limits& limits = {})
{
    Outcome<V> outcome;
    schema::Reader reader;
    reader.enter("body");
    reader.enter("x");
    outcome.ok = schema::Codec<V>::read(boost::json::parse(json), outcome.value, limits, reader);
    outcome.errors = lines_of(reader.take());
    return outcome;
}

/// Reads one value of text, as the parameter "x" of a query.
template <class V>
Outcome<V> parse_value(std::string_view text, const schema::Limits& limits = {})
{
    Outcome<V> outcome;
    schema::Reader reader;
    reader.enter("query");
    reader.enter("x");
    outcome.ok = schema::Codec<V>::parse(text, outcome.value, limits, reader);
    outcome.errors = lines_of(reader.take());
    return outcome;
}

template <class V>
std::string write_value(const V& value, schema::Dialect dialect = schema::Dialect::tool)
{
    std::string out;
    schema::Codec<V>::write(value, out, dialect);
    return out;
}

template <class V>
boost::json::value describe_value(const schema::Limits& limits = {},
                                  schema::Dialect dialect = schema::Dialect::tool)
{
    boost::json::object schema;
    schema::Codec<V>::describe(schema, limits, dialect);
    return schema;
}

}  // namespace todod::testing
