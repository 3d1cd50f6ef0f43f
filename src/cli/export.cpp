#include "transfer/export.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <optional>
#include <system_error>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/find_user.hpp"
#include "cli/local_services.hpp"
#include "cli/mcp.hpp"
#include "cli/transfer.hpp"
#include "store/file.hpp"

namespace todod::cli {

namespace {

using base::Error;
using base::ErrorCode;
using types::AccountSummary;

base::Async<std::vector<AccountSummary>> choose_users(store::Accounts& store, std::string user)
{
    auto users = co_await store.list_all();
    if (user.empty()) co_return users;
    const std::string user_id = co_await find_user(store, std::move(user));
    std::erase_if(users, [&](const AccountSummary& each) { return each.user_id != user_id; });
    co_return users;
}

base::Async<void> write_all(LocalServices& here, const ExportOptions& options,
                            const transfer::Write& write)
{
    auto users = co_await choose_users(*here.accounts, options.user);
    const auto conversations = here.database->conversations();
    const transfer::ExportSources from{
        .tasks = *here.task_store, .conversations = *conversations, .pause = pause};
    if (options.format == "csv") {
        co_await transfer::export_csv(from, std::move(users), write);
    } else {
        co_await transfer::export_json(from, std::move(users), write);
    }
}

[[noreturn]] void fail_output()
{
    throw Error{ErrorCode::unavailable,
                fmt::format("standard output: {}", std::generic_category().message(errno))};
}

void to_standard_output(std::string_view piece)
{
    if (std::fwrite(piece.data(), 1, piece.size(), stdout) != piece.size()) fail_output();
}

void check_goes_on(const StopSignals& signals)
{
    if (signals.has_come()) throw Error{ErrorCode::unavailable, "stopped before the end"};
}

}  // namespace

void export_data(const ExportOptions& options)
{
    std::signal(SIGPIPE, SIG_IGN);
    const StopSignals signals;
    std::optional<store::NewFile> file;
    if (!options.file.empty() && options.file != "-") {
        store::refuse_own_file(read_config(read_environment()).database, options.file);
        store::check_place(options.file, options.replaces);
        file.emplace(options.file);
    }
    LocalServices here{base::LogLevel::warning, LocalServices::Schema::as_it_is};
    if (!file) {
        here.loop.run(write_all(here, options, [&signals](std::string_view piece) {
            check_goes_on(signals);
            to_standard_output(piece);
        }));
        if (std::fflush(stdout) != 0) fail_output();
        return;
    }
    here.loop.run(write_all(here, options, [&](std::string_view piece) {
        check_goes_on(signals);
        file->write(piece);
    }));
    file->sync();
    file->publish(options.replaces);
}

}  // namespace todod::cli
