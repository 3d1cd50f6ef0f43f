#include "mcp/message.hpp"

#include <boost/json/serialize.hpp>

#include "schema/json_text.hpp"

namespace todod::mcp {

namespace json = boost::json;

namespace {

/// What is echoed of a message is short.
constexpr std::size_t max_id_bytes = 256;
constexpr std::size_t max_method_bytes = 128;

Fault refuse(std::string message)
{
    return {.code = FaultCode::invalid_request, .message = std::move(message), .status = 400};
}

std::string begin_answer(const json::value& id)
{
    return fmt::format(R"({{"jsonrpc":"2.0","id":{})", json::serialize(id));
}

}  // namespace

Fault refuse_params(std::string message)
{
    return {.code = FaultCode::invalid_params, .message = std::move(message)};
}

bool is_id(const json::value& id)
{
    if (const auto* const text = id.if_string()) return text->size() <= max_id_bytes;
    return id.is_int64() || id.is_uint64();
}

std::variant<Message, Fault> read_message(const json::value& json)
{
    const auto* const whole = json.if_object();
    if (whole == nullptr) return refuse("A message is a JSON object.");
    const auto* const version = whole->if_contains("jsonrpc");
    if (version == nullptr || *version != "2.0") return refuse("`jsonrpc` must be \"2.0\".");
    Message message{.whole = whole};
    if (const auto* const id = whole->if_contains("id")) {
        if (!is_id(*id)) return refuse("`id` must be an integer or a text of at most 256 bytes.");
        message.id = *id;
    }
    const auto* const method = whole->if_contains("method");
    if (method == nullptr) {
        if (!whole->contains("result") && !whole->contains("error")) {
            return refuse("`method` is missing.");
        }
        if (message.id.is_null()) return refuse("A response has an `id`.");
        message.kind = Message::Kind::response;
        return message;
    }
    if (!method->is_string() || method->get_string().size() > max_method_bytes) {
        return refuse("`method` must be a text of at most 128 bytes.");
    }
    message.method = method->get_string();
    if (message.id.is_null()) message.kind = Message::Kind::notification;
    const auto* const params = whole->if_contains("params");
    if (params != nullptr && !params->is_null()) {
        message.params = params->if_object();
        if (message.params == nullptr) return refuse("`params` must be an object.");
    }
    return message;
}

const json::value* find_meta(const json::object* params, std::string_view key)
{
    if (params == nullptr) return nullptr;
    const auto* const meta = params->if_contains("_meta");
    return meta != nullptr && meta->is_object() ? meta->get_object().if_contains(key) : nullptr;
}

const json::string* find_text(const json::object* params, std::string_view name)
{
    const auto* const found = params != nullptr ? params->if_contains(name) : nullptr;
    return found != nullptr ? found->if_string() : nullptr;
}

std::string write_result(const json::value& id, std::string_view members)
{
    return fmt::format(R"({},"result":{{{}}}}})", begin_answer(id), members);
}

std::string write_fault(const json::value& id, const Fault& fault)
{
    std::string text = begin_answer(id);
    text += fmt::format(R"(,"error":{{"code":{},"message":)", static_cast<int>(fault.code));
    schema::write_string(text, fault.message);
    if (!fault.data.empty()) text += R"(,"data":)" + json::serialize(fault.data);
    return text += "}}";
}

std::string write_request(std::string_view id, std::string_view method, const json::object& params)
{
    return json::serialize(
        json::object{{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}});
}

std::string write_notification(std::string_view method, const json::object& params)
{
    return json::serialize(
        json::object{{"jsonrpc", "2.0"}, {"method", method}, {"params", params}});
}

std::string write_members(const json::object& object)
{
    const std::string text = json::serialize(object);
    return text.substr(1, text.size() - 2);
}

Fault fault_of(const base::Error& error)
{
    using enum base::ErrorCode;
    switch (error.code()) {
        case bad_request:
        case forbidden:
        case not_found:
        case conflict:
        case gone:
        case precondition_failed:
        case too_large:
        case invalid:
            return refuse_params(error.message());
        case unauthorized:
        case unsupported_media_type:
        case too_many_requests:
        case internal:
        case bad_gateway:
        case unavailable:
            break;
    }
    throw;
}

}  // namespace todod::mcp
