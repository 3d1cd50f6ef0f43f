#pragma once

#include <string>

#include "mcp/server.hpp"
#include "operation/operation.hpp"

namespace todod::mcp {

/// What todod serves over the Model Context Protocol: the tools of agents. `tools` and `metrics`
/// (null: nothing is counted) must outlive it.
Server task_server(std::string version, const operation::Table& tools,
                   base::Metrics* metrics = nullptr);

}  // namespace todod::mcp
