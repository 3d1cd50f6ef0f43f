#include "schema/raw_json.hpp"

#include <boost/json/serialize.hpp>

namespace todod::schema {

bool Codec<RawJson>::read(const boost::json::value& from, RawJson& value, const Limits&, Reader&)
{
    value.text = boost::json::serialize(from);
    return true;
}

bool Codec<RawJson>::parse(std::string_view, RawJson&, const Limits&, Reader& reader)
{
    return reader.fail("json_type", "must be in the body.");
}

void Codec<RawJson>::write(const RawJson& value, std::string& out, Dialect)
{
    out += value.text;
}

/// Every value is allowed.
void Codec<RawJson>::describe(boost::json::object&, const Limits&, Dialect) {}

}  // namespace todod::schema
