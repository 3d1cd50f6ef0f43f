#include "mcp/capabilities.hpp"

namespace todod::mcp {

namespace json = boost::json;

bool can(const Request& request, std::string_view capability)
{
    const auto* const all = find_meta(request.message.params, capabilities_key);
    return all != nullptr && all->is_object() && all->get_object().contains(capability);
}

Fault missing_capability(std::string_view capability)
{
    json::object required;
    required[capability] = json::object{};
    return {.code = FaultCode::missing_capability,
            .message = fmt::format("This needs a client with the capability '{}'.", capability),
            .data = {{"requiredCapabilities", std::move(required)}},
            .status = 400};
}

}  // namespace todod::mcp
