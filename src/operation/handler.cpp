#include "operation/handler.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "base/text.hpp"

namespace todod::operation {

namespace {

bool has_key(const schema::RawInput& input, std::string_view place, std::string_view key)
{
    if (place == "query") {
        return std::ranges::find(input.query, key, &schema::NamedText::name) != input.query.end();
    }
    const auto* members = input.body != nullptr ? input.body->if_object() : nullptr;
    return place == "body" && members != nullptr && members->contains(key);
}

}  // namespace

void read_call(const Call& call, void* object, const schema::Type& type, bool body_optional)
{
    static const boost::json::value empty_object = boost::json::object{};
    schema::RawInput input = call.input;
    if (body_optional && input.body == nullptr) input.body = &empty_object;
    schema::Reader reader{call.ignore_unknown_fields, call.dialect};
    schema::read_input(input, object, type, reader);
    if (!reader.ok()) throw base::Error::invalid(reader.take());
}

base::Error as_sent(const base::Error& error, const schema::RawInput& input)
{
    if (error.violations().empty()) return error;
    auto violations = error.violations();
    for (auto& [loc, msg, type] : violations) {
        if (loc.size() < 2) continue;
        std::string& key = loc[1];
        const auto camel = base::to_camel_case(key);
        if (camel == key || !has_key(input, loc[0], camel)) continue;
        if (msg.starts_with(key)) msg.replace(0, key.size(), camel);
        key = camel;
    }
    return base::Error::invalid(std::move(violations));
}

void read_nothing(const Call& call)
{
    static const schema::Type nothing{"Nothing", "No input.", {}};
    read_call(call, nullptr, nothing, false);
}

}  // namespace todod::operation
