#include "store/postgres/task_writes.hpp"

#include <map>
#include <set>
#include <tuple>

#include "base/error.hpp"
#include "base/text.hpp"
#include "store/postgres/kept_answers.hpp"
#include "store/postgres/ledgers.hpp"
#include "store/postgres/task_terms.hpp"

namespace todod::store::postgres {

using db::postgres::Command;
using db::postgres::Pool;
using db::postgres::Rows;

namespace {

std::size_t place_of(const std::vector<std::string_view>& users, std::string_view user_id)
{
    return static_cast<std::size_t>(std::ranges::lower_bound(users, user_id) - users.begin());
}

LedgerRequest request_of(const std::vector<WriteTasks*>& batch)
{
    LedgerRequest request{.users = users_of(batch)};
    request.named.resize(request.users.size());
    for (const WriteTasks* const each : batch)
        add_named(request.named[place_of(request.users, each->user_id)], each->request.writes);
    return request;
}

/// What is kept, and is to be kept, for those of a batch that have a key.
class Answers {
public:
    explicit Answers(const std::vector<WriteTasks*>& batch)
    {
        std::set<Name> names;
        for (const WriteTasks* const each : batch) {
            const Idempotency* const asked = key_of(*each);
            if (asked == nullptr) continue;
            const KeyedRequest keyed{each->user_id, asked};
            if (names.insert(name_of(keyed)).second) keyed_.push_back(keyed);
        }
    }

    /// None has one: nothing is looked for, and nothing kept.
    bool empty() const noexcept { return keyed_.empty(); }

    Command find() const { return find_answers(keyed_); }

    void read(const Rows& rows)
    {
        const auto kept = read_answers(rows, keyed_.size());
        for (std::size_t i = 0; i < kept.size(); ++i) {
            if (kept[i]) kept_.emplace(name_of(keyed_[i]), *kept[i]);
        }
    }

    /// What an earlier request with the key of `request` was answered, in this batch or before it.
    /// Throws Error{invalid} where that asked for something else.
    std::optional<KeptOutcome> find_first(const WriteTasks& request) const
    {
        const Idempotency* const asked = key_of(request);
        if (asked == nullptr) return std::nullopt;
        const auto found = kept_.find(name_of({request.user_id, asked}));
        if (found == kept_.end() || found->second.created_at <= last_expired(asked->now))
            return std::nullopt;
        check_fingerprint(*asked, found->second.fingerprint);
        return outcome_of(found->second.answer);
    }

    /// `request` has been done.
    void keep(const WriteTasks& request)
    {
        const Idempotency* const asked = key_of(request);
        if (asked == nullptr || !request.outcome.is_done) return;
        const KeyedRequest to{request.user_id, asked};
        KeptAnswer kept{asked->fingerprint,
                        to_answer({request.outcome, request.changeset_id, request.request.undoes,
                                   undone_tasks_of(request.request)}),
                        asked->now};
        const bool replaces = kept_.contains(name_of(to));
        to_keep_.push_back({.to = to, .answer = kept.answer, .replaces = replaces});
        kept_.insert_or_assign(name_of(to), std::move(kept));
    }

    void add_to(std::vector<Command>& commands) const
    {
        if (!to_keep_.empty()) add_keep_answers(commands, to_keep_);
    }

private:
    /// The user, the operation and the key.
    using Name = std::tuple<std::string_view, std::string_view, std::string_view>;

    /// What is only tried has none.
    static const Idempotency* key_of(const WriteTasks& asked)
    {
        const auto& key = asked.request.idempotency;
        return key && !asked.request.is_dry_run ? &*key : nullptr;
    }

    static Name name_of(const KeyedRequest& keyed)
    {
        return {keyed.user_id, keyed.request->operation, keyed.request->key};
    }

    std::vector<KeyedRequest> keyed_;
    std::map<Name, KeptAnswer> kept_;
    std::vector<AnswerToKeep> to_keep_;
};

void apply(WriteTasks& request, std::optional<LockedLedger>& locked, Answers& answers)
{
    request.is_unconfirmed =
        request.generation && (!locked || locked->generation != *request.generation);
    if (request.is_unconfirmed) return;
    if (!locked) {
        request.outcome = refuse_without_account(request.request);
        return;
    }
    try {
        if (auto first = answers.find_first(request)) {
            request.outcome = std::move(first->outcome);
            request.changeset_id = first->changeset_id;
            return;
        }
    } catch (const base::Error&) {
        request.failure = std::current_exception();
        return;
    }
    request.outcome = locked->ledger.write(request.request, request.origin, request.changeset_id);
    answers.keep(request);
}

std::vector<Command> store_commands(const std::vector<std::optional<LockedLedger>>& ledgers,
                                    const Answers& answers)
{
    std::vector<const TaskLedger*> held;
    for (const auto& locked : ledgers) {
        if (locked) held.push_back(&locked->ledger);
    }
    std::vector<Command> commands;
    add_store_ledgers(commands, held);
    answers.add_to(commands);
    commands.push_back({.sql = "COMMIT"});
    return commands;
}

}  // namespace

void prepare(CreateTask& request)
{
    request.title_folded = base::fold_case(request.task.title);
    request.terms = terms_of(request.task);
    request.state = types::to_stored(types::state_of(request.task));
}

base::Async<void> write_tasks(Pool& pool, std::vector<WriteTasks*> batch)
{
    const LedgerRequest request = request_of(batch);
    const db::postgres::Lease lease = co_await pool.lease();
    Answers answers{batch};
    std::vector<Command> commands = load_ledgers(request);
    if (!answers.empty()) commands.push_back(answers.find());
    std::vector<Rows> rows = co_await lease->run(std::move(commands));
    if (!answers.empty()) {
        answers.read(rows.back());
        rows.pop_back();
    }
    auto ledgers = read_ledgers(rows, request);
    std::vector<std::optional<std::int64_t>> sets;
    sets.reserve(batch.size());
    for (const WriteTasks* const each : batch)
        sets.push_back(each->changeset_id);
    std::exception_ptr failure;
    try {
        for (WriteTasks* const each : batch)
            apply(*each, ledgers[place_of(request.users, each->user_id)], answers);
        co_await lease->run(store_commands(ledgers, answers));
    } catch (...) {
        failure = std::current_exception();
    }
    if (!failure) co_return;
    // They may be tried again, from the start.
    for (std::size_t i = 0; i < batch.size(); ++i)
        batch[i]->changeset_id = sets[i];
    std::rethrow_exception(failure);
}

}  // namespace todod::store::postgres
