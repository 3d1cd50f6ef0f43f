#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "store/accounts.hpp"
#include "store/imports.hpp"
#include "transfer/patience.hpp"
#include "transfer/source.hpp"

namespace todod::transfer {

/// What a file would bring in, once all of it has been looked at.
struct ImportPlan {
    std::size_t tasks = 0;
    std::vector<types::Account> new_users{};
    std::set<std::string> new_emails{};  ///< theirs, folded
    Losses losses{};
};

struct ImportTally {
    std::size_t added = 0;
    std::size_t skipped = 0;  ///< their users had them
    std::size_t users_made = 0;
    bool is_stopped = false;  ///< before the end
};

/// Brings tasks into a database, a batch at a time: one that was answered is there after a crash.
class Importer {
public:
    static constexpr std::size_t max_rows = 2'000'000;
    /// Tasks that are made together. Others who write wait for them.
    static constexpr std::size_t batch_size = 500;

    /// Told after each batch, with all that is done so far; false stops it.
    using Progress = std::function<bool(const ImportTally& tally)>;

    /// All must outlive this.
    Importer(store::Accounts& accounts, store::Imports& imports, const base::Clock& clock,
             Pause pause)
        : accounts_(accounts), imports_(imports), clock_(clock), pause_(std::move(pause))
    {
    }

    /// Reads all of `source` and notes with `faults` all that is wrong. Changes nothing.
    base::Async<ImportPlan> check(Source& source, Faults& faults);

    /// Does what has been checked: `source` is another of the same file. Tasks that are there are
    /// left as they are.
    base::Async<ImportTally> run(Source& source, const ImportPlan& plan, const Progress& progress);

private:
    base::Async<void> check_user(types::Account account, std::size_t line, ImportPlan& plan,
                                 Faults& faults);
    base::Async<void> make_user(types::Account account);
    base::Async<void> make(std::vector<types::Task> batch, store::ImportRun& run,
                           ImportTally& tally);

    store::Accounts& accounts_;
    store::Imports& imports_;
    const base::Clock& clock_;
    Pause pause_;
};

}  // namespace todod::transfer
