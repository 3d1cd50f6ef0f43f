#pragma once

#include <vector>

#include "mcp/server.hpp"
#include "operation/operation.hpp"

namespace todod::mcp {

/// `tools/list` and `tools/call` over operations that are tools, in their order. A caller sees
/// those that their scopes cover. `tools` must outlive what is given.
std::vector<Method> tool_methods(const operation::Table& tools);

}  // namespace todod::mcp
