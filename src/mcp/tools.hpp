#pragma once

#include <vector>

#include "base/metrics.hpp"
#include "mcp/server.hpp"
#include "operation/operation.hpp"

namespace todod::mcp {

/// `tools/list` and `tools/call` over operations that are tools, in their order. A caller sees
/// those that their scopes cover. Both must outlive what is given; without `metrics` calls are not
/// counted.
std::vector<Method> tool_methods(const operation::Table& tools, base::Metrics* metrics = nullptr);

}  // namespace todod::mcp
