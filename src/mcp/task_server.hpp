#pragma once

#include <string>

#include "base/clock.hpp"
#include "mcp/server.hpp"
#include "mcp/subscriptions.hpp"
#include "operation/operation.hpp"

namespace todod::mcp {

/// What todod serves over the Model Context Protocol: the tools of agents, and prompts and
/// resources of what these show. All must outlive it. Without `listeners` nobody is told of
/// changes, without `metrics` nothing is counted.
Server task_server(std::string version, const operation::Table& tools, const base::Clock& clock,
                   Listeners* listeners = nullptr, base::Metrics* metrics = nullptr);

}  // namespace todod::mcp
