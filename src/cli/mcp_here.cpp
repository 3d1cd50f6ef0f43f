#include "base/error.hpp"
#include "cli/local_services.hpp"
#include "cli/mcp.hpp"
#include "mcp/resources.hpp"
#include "mcp/subscriptions.hpp"
#include "mcp/task_server.hpp"
#include "version.hpp"

namespace todod::cli {

namespace {

/// Whose tasks they are where nobody has ever signed up: who only has an agent start todod does
/// not need an account for that.
constexpr const char* local_user = "local";

base::Async<std::string> make_local_user(store::Accounts& store, base::Instant now)
{
    if (co_await store.ensure(local_user, now)) co_return local_user;
    throw base::Error{base::ErrorCode::not_found,
                      "the account 'local' was deleted: 'todod user add EMAIL' makes another"};
}

/// Who may only read makes no account either.
base::Async<std::string> refuse_lonely()
{
    throw base::Error{base::ErrorCode::not_found,
                      "there is no account yet: 'todod user add EMAIL' makes one"};
    co_return std::string{};
}

}  // namespace

void mcp_here(const McpOptions& options, const StopSignals& signals)
{
    using enum LocalServices::Schema;
    LocalServices here{base::LogLevel::warning, options.is_read_only ? as_it_is : prepared};
    auto user_id = here.loop.run(choose_user(*here.accounts, options.user, [&] {
        return options.is_read_only ? refuse_lonely()
                                    : make_local_user(*here.accounts, here.clock.now());
    }));
    mcp::StreamBook streams;
    mcp::Listeners listeners{
        here.loop, streams, {.resources = mcp::watch_resources({here.tools, here.clock})}};
    const mcp::Server server =
        mcp::task_server(std::string{version}, here.tools, here.clock, &listeners);
    auth::Principal caller{.user_id = std::move(user_id)};
    if (options.is_read_only) caller.scopes = types::join({types::Scope::read});
    serve_stdio(
        mcp::answer_by(server, {.caller = std::move(caller), .time_zone = here.zone.name()}),
        signals, here.loop, here.log);
}

}  // namespace todod::cli
