#pragma once

#include <string>

#include "base/blocking_loop.hpp"
#include "base/log.hpp"
#include "mcp/stdio.hpp"

namespace todod::cli {

/// Whom an agent works for, and where.
struct McpOptions {
    std::string server;      ///< empty: the configured database, without a server
    std::string token_file;  ///< empty: TODOD_TOKEN
    std::string user;        ///< user_id or e-mail; empty: the only one there is
    bool is_read_only = false;
};

/// Where SIGINT and SIGTERM are read, which nobody else gets.
class StopSignals {
public:
    /// Before any other thread is started.
    StopSignals();
    ~StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

    int descriptor() const noexcept { return descriptor_; }
    /// Whether one has come; takes it.
    bool has_come() const noexcept;

private:
    int descriptor_;
};

/// Answers what comes on standard input until that ends or a signal comes. What does not end then
/// is left behind with the process.
void serve_stdio(mcp::AnswerMessage answer, const StopSignals& signals, base::BlockingLoop& loop,
                 base::Log& log);

/// Over the configured database.
void mcp_here(const McpOptions& options, const StopSignals& signals);

/// Over a server's /mcp.
void mcp_there(const McpOptions& options, const StopSignals& signals);

}  // namespace todod::cli
