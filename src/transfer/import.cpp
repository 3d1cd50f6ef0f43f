#include "transfer/import.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"

namespace todod::transfer {

namespace {

using base::Error;
using base::ErrorCode;
using types::Account;
using types::Task;

/// The users of a file, with the line that names each first.
class Users {
public:
    void add(UserRow row)
    {
        auto [place, is_new] = users_.try_emplace(row.account.user_id, row);
        if (!is_new) place->second = std::move(row);
    }

    void add(const std::string& user_id, std::size_t line, base::Instant now)
    {
        if (users_.contains(user_id)) return;
        UserRow& row = users_[user_id];
        row.line = line;
        row.account.user_id = user_id;
        row.account.created_at = now;
    }

    const std::map<std::string, UserRow>& all() const noexcept { return users_; }

private:
    std::map<std::string, UserRow> users_;
};

}  // namespace

base::Async<ImportPlan> Importer::check(Source& source, Faults& faults)
{
    ImportPlan plan;
    Users users;
    try {
        while (auto row = source.next()) {
            if (auto* const user = std::get_if<UserRow>(&*row)) {
                users.add(std::move(*user));
                continue;
            }
            const auto& task = std::get<TaskRow>(*row);
            users.add(task.task.user_id, task.line, task.task.created_at);
            if (++plan.tasks > max_rows) {
                throw Error{ErrorCode::bad_request, fmt::format("more than {} tasks", max_rows)};
            }
        }
    } catch (const Error& error) {
        if (error.code() != ErrorCode::bad_request) throw;
        faults.add(error.message());
    }
    plan.losses = source.losses();
    for (const auto& [user_id, row] : users.all())
        co_await check_user(row.account, row.line, plan, faults);
    co_return plan;
}

base::Async<void> Importer::check_user(Account account, std::size_t line, ImportPlan& plan,
                                       Faults& faults)
{
    if (co_await accounts_.find(account.user_id)) co_return;
    if (co_await imports_.is_deleted(account.user_id)) {
        faults.add(line, fmt::format("the account '{}' has been deleted, and does not come back: "
                                     "--user says whose the tasks are to be.",
                                     account.user_id));
        co_return;
    }
    if (account.email) {
        const bool is_first = plan.new_emails.insert(base::fold_case(*account.email)).second;
        const bool is_taken =
            !is_first || (co_await accounts_.find_by_email(*account.email)).has_value();
        if (is_taken) {
            faults.add(line, fmt::format("email is another account's, and '{}' has no account: "
                                         "--user says whose the tasks are to be.",
                                         account.user_id));
        }
    }
    plan.new_users.push_back(std::move(account));
}

base::Async<ImportTally> Importer::run(Source& source, const ImportPlan& plan,
                                       const Progress& progress)
{
    ImportTally tally;
    store::ImportRun run;
    for (const Account& account : plan.new_users) {
        co_await make_user(account);
        ++tally.users_made;
    }
    std::vector<Task> batch;
    for (bool is_end = false; !is_end;) {
        auto row = source.next();
        is_end = !row.has_value();
        if (!is_end) {
            if (auto* const task = std::get_if<TaskRow>(&*row)) {
                batch.push_back(std::move(task->task));
            }
        }
        if (batch.empty() || (batch.size() < batch_size && !is_end)) continue;
        co_await make(std::exchange(batch, {}), run, tally);
        if (progress(tally)) continue;
        tally.is_stopped = tally.added + tally.skipped < plan.tasks;
        co_return tally;
    }
    co_return tally;
}

base::Async<void> Importer::make_user(Account account)
{
    if (account.name || account.email) {
        co_await accounts_.create(std::move(account));
        co_return;
    }
    const std::string user_id = account.user_id;
    if (co_await accounts_.ensure(user_id, account.created_at)) co_return;
    throw Error{ErrorCode::conflict,
                fmt::format("the account '{}' has just been deleted", user_id)};
}

base::Async<void> Importer::make(std::vector<Task> batch, store::ImportRun& run, ImportTally& tally)
{
    run.at = clock_.now();
    const auto made = co_await ask_patiently<std::vector<bool>>(
        pause_, [&] { return imports_.make_tasks(batch, run); });
    for (const bool is_made : made)
        ++(is_made ? tally.added : tally.skipped);
}

}  // namespace todod::transfer
