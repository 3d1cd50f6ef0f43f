#include "fixture.hpp"

namespace todod::conformance {

namespace json = boost::json;

namespace {

/// A tool that always answers the same.
CallTool answers(Result result)
{
    return [result = std::move(result)](
               const Request&, const json::object*) -> base::Async<Answer> { co_return result; };
}

CallTool answers_with(const json::array& content)
{
    return answers({.members = mcp::write_members({{"content", content}})});
}

json::object image()
{
    return {{"type", "image"}, {"data", png}, {"mimeType", "image/png"}};
}

json::object resource(std::string_view uri, std::string_view type, std::string_view text)
{
    return {{"type", "resource"}, {"resource", {{"uri", uri}, {"mimeType", type}, {"text", text}}}};
}

Result error_result(std::string_view text)
{
    Result result = text_result(text);
    result.members += R"(,"isError":true)";
    return result;
}

/// What the suite wants to get back as it is.
constexpr std::string_view rich_schema = R"({
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}}
        }
    },
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"}
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": false
})";

constexpr std::string_view header_schema = R"({
    "type": "object",
    "properties": {"region": {"type": "string", "x-mcp-header": "Region"}}
})";

}  // namespace

Tools content_tools(const Parts&)
{
    using mcp::Era;
    const auto embedded =
        resource("test://embedded-resource", "text/plain", "This is an embedded resource content.");
    const auto mixed = resource("test://mixed-content-resource", "application/json",
                                R"({"test":"data","value":123})");
    return {
        // The first is called without arguments, to see that it can be.
        {"test_simple_text", "A text.",
         answers(text_result("This is a simple text response for testing."))},
        {"test_image_content", "A picture.", answers_with({image()})},
        {"test_audio_content", "A sound.",
         answers_with({{{"type", "audio"}, {"data", wav}, {"mimeType", "audio/wav"}}})},
        {"test_embedded_resource", "A resource in the result.", answers_with({embedded})},
        {"test_multiple_content_types", "A text, a picture and a resource.",
         answers_with(
             {{{"type", "text"}, {"text", "Multiple content types test:"}}, image(), mixed})},
        {"test_error_handling", "An error.",
         answers(error_result("This tool intentionally returns an error for testing"))},
        {"json_schema_2020_12_tool", "Tool with JSON Schema 2020-12 features",
         answers(text_result("The schema is all there is of this.")), Era::both, rich_schema},
        {"test_reconnection", "A result that needs no second connection.",
         answers(text_result("Nothing was interrupted.")), Era::legacy},
        {"test_custom_header", "An argument that a header repeats.",
         answers(text_result("The header repeats the argument.")), Era::modern, header_schema},
    };
}

}  // namespace todod::conformance
