#include <array>
#include <boost/json/serialize.hpp>

#include "fixture.hpp"

namespace todod::conformance {

namespace json = boost::json;

namespace {

struct Resource {
    std::string_view uri;
    std::string_view name;
    std::string_view type;
    std::string_view member;  ///< "text" or "blob"
    std::string_view content;
};

constexpr std::array<Resource, 3> resources{{
    {"test://static-text", "static-text", "text/plain", "text",
     "This is the content of the static text resource."},
    {"test://static-binary", "static-binary", "image/png", "blob", png},
    {"test://watched-resource", "watched-resource", "text/plain", "text",
     "Watched resource content"},
}};

/// `test://template/{id}/data`.
constexpr std::string_view template_begin = "test://template/";
constexpr std::string_view template_end = "/data";

Result list()
{
    json::array listed;
    for (const Resource& each : resources) {
        listed.push_back({{"uri", each.uri},
                          {"name", each.name},
                          {"description", "A resource for testing."},
                          {"mimeType", each.type}});
    }
    return {.members = mcp::write_members({{"resources", std::move(listed)}}), .cache = cache};
}

Result list_templates()
{
    const json::array listed{{{"uriTemplate", "test://template/{id}/data"},
                              {"name", "template"},
                              {"description", "Data by its id."},
                              {"mimeType", "application/json"}}};
    return {.members = mcp::write_members({{"resourceTemplates", listed}}), .cache = cache};
}

Result write(std::string_view uri, std::string_view type, std::string_view member,
             std::string_view content)
{
    json::object item{{"uri", uri}, {"mimeType", type}};
    item[member] = content;
    return {.members = mcp::write_members({{"contents", json::array{std::move(item)}}}),
            .cache = cache};
}

Answer read(const Request& request)
{
    const auto* const given = mcp::find_text(request.message.params, "uri");
    if (given == nullptr) {
        throw base::Error{base::ErrorCode::invalid, "`uri` must be a text."};
    }
    const std::string_view uri = *given;
    for (const Resource& each : resources) {
        if (each.uri == uri) return write(uri, each.type, each.member, each.content);
    }
    if (uri.starts_with(template_begin) && uri.ends_with(template_end) &&
        uri.size() > template_begin.size() + template_end.size()) {
        const auto id = uri.substr(template_begin.size(),
                                   uri.size() - template_begin.size() - template_end.size());
        const json::object data{
            {"id", id}, {"templateTest", true}, {"data", fmt::format("Data for ID: {}", id)}};
        return write(uri, "application/json", "text", json::serialize(data));
    }
    return mcp::Fault{.code = mcp::FaultCode::invalid_params,
                      .message = "There is no such resource.",
                      .data = {{"uri", uri}}};
}

/// Nothing here changes, so nothing need be kept of who wants to know.
base::Async<Answer> subscribe(const Request&)
{
    co_return Result{};
}

}  // namespace

std::vector<mcp::Method> resource_methods()
{
    return {
        {.name = "resources/list",
         .handle = [](const Request&) -> base::Async<Answer> { co_return list(); }},
        {.name = "resources/templates/list",
         .handle = [](const Request&) -> base::Async<Answer> { co_return list_templates(); }},
        {.name = "resources/read",
         .handle = [](const Request& request) -> base::Async<Answer> { co_return read(request); },
         .named_by = "uri"},
        {.name = "resources/subscribe", .handle = subscribe, .era = mcp::Era::legacy},
        {.name = "resources/unsubscribe", .handle = subscribe, .era = mcp::Era::legacy}};
}

}  // namespace todod::conformance
