#pragma once

#include <cstddef>

#include "mcp/access.hpp"
#include "mcp/server.hpp"
#include "operation/operation.hpp"

namespace todod::mcp {

/// How many messages an array of them may have, as 2025-03-26 had it.
inline constexpr std::size_t max_batch = 25;

/// Who is let in.
struct Door {
    Access access{};
    operation::Challenge challenge{};  ///< to who is not signed in
};

/// POST /mcp: Streamable HTTP, without sessions in every revision: one message a request, or an
/// array of them. `server` and `log` must outlive the operation.
operation::Operation endpoint(const Server& server, base::Log& log, Door door = {});

}  // namespace todod::mcp
