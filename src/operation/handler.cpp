#include "operation/handler.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "base/text.hpp"
#include "types/change_tools.hpp"

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

Caller make_caller(Call& call, std::shared_ptr<types::ChangeScope>& changes)
{
    return {.user_id = std::move(call.caller.user_id),
            .scopes = call.caller.scopes,
            .seen = call.caller.seen,
            .request_id = call.request_id,
            .path = call.path,
            .query = call.input.query,
            .meter = call.meter,
            .events = call.events,
            .stopped = std::move(call.stopped),
            .via = call.via,
            .is_service = call.caller.is_service,
            .token_id = call.caller.token_id,
            .generation = call.caller.generation,
            .changes = &changes,
            .dialect = call.dialect,
            .headers = call.input.headers};
}

store::User Caller::take_writer()
{
    if (changes == nullptr || !*changes) return take_writer_apart();
    store::User writer = take_user();
    writer.changes = *changes;
    return writer;
}

store::User Caller::take_writer_apart()
{
    auto own = std::make_shared<types::ChangeScope>();
    if (changes != nullptr && *changes) {
        own->origin = (*changes)->origin;
    } else {
        own->origin.via = via;
        own->origin.is_service = is_service;
        own->origin.token_id = token_id;
        if (!request_id.empty()) own->origin.request_id.emplace(request_id);
    }
    store::User writer = take_user();
    writer.changes = own;
    if (changes != nullptr) *changes = std::move(own);
    return writer;
}

void write_preview(const types::Preview& preview, Reply& reply, schema::Dialect dialect)
{
    reply.status = 200;
    reply.headers.clear();
    if (dialect == schema::Dialect::tool) {
        schema::Codec<types::PreviewInWords>::write(types::to_words(preview), reply.body, dialect);
    } else {
        schema::Codec<types::Preview>::write(preview, reply.body, dialect);
    }
}

bool takes_dry_run(const Operation& operation)
{
    const schema::Type* const input = operation.input;
    return input != nullptr && (input->find("dry_run", schema::Place::query) != nullptr ||
                                input->find("dry_run", schema::Place::body) != nullptr);
}

const schema::Type* preview_type(const Operation& operation)
{
    return operation.tool ? &schema::type_of<types::PreviewInWords>()
                          : &schema::type_of<types::Preview>();
}

void name_changes(const std::shared_ptr<types::ChangeScope>& changes, Reply& reply)
{
    if (!changes || !changes->changeset_id) return;
    reply.headers.push_back({"X-Changeset-ID", std::to_string(*changes->changeset_id)});
}

base::Error as_sent(const base::Error& error, const schema::RawInput& input)
{
    if (error.code() != base::ErrorCode::invalid || error.violations().empty()) return error;
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
