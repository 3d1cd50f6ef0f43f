#include "store/tags.hpp"

#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>

#include "base/error.hpp"
#include "schema/codec.hpp"

namespace todod::store {

namespace {

/// What stands between quotes, of an array in which nothing is escaped, as most are.
std::vector<std::string> quoted_in(std::string_view json)
{
    constexpr auto none = std::string_view::npos;
    std::vector<std::string> texts;
    for (auto open = json.find('"'); open != none; open = json.find('"', open)) {
        const auto close = json.find('"', ++open);
        if (close == none) throw base::Error{base::ErrorCode::internal, "a text has no end"};
        texts.emplace_back(json.substr(open, close - open));
        open = close + 1;
    }
    return texts;
}

}  // namespace

std::string tags_to_json(const std::vector<std::string>& tags)
{
    std::string json;
    schema::Codec<std::vector<std::string>>::write(tags, json, schema::Dialect::tool);
    return json;
}

std::vector<std::string> tags_from_json(std::string_view json)
{
    if (!json.contains('\\')) return quoted_in(json);
    unsigned char buffer[2048];
    boost::json::monotonic_resource memory{buffer};
    const boost::json::value parsed = boost::json::parse(json, &memory);
    std::vector<std::string> tags;
    tags.reserve(parsed.as_array().size());
    for (const auto& tag : parsed.as_array())
        tags.emplace_back(tag.as_string());
    return tags;
}

}  // namespace todod::store
