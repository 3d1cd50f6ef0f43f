#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "base/async.hpp"
#include "store/conversations.hpp"
#include "store/tasks.hpp"
#include "transfer/patience.hpp"
#include "types/account.hpp"

namespace todod::transfer {

/// Takes a piece of what is written, at most a page of it.
using Write = std::function<void(std::string_view piece)>;

/// What an export is read from, which must outlive it.
struct ExportSources {
    store::Tasks& tasks;
    store::Conversations& conversations;
    Pause pause;
};

/// Tasks and messages that are read at once: no more of them are ever in memory.
inline constexpr std::int64_t export_page = 500;

/// The same data gives the same bytes: users by user_id, tasks by number, conversations by id, each
/// on a line of its own. While others write, each page is of one moment, and the whole is of none.
base::Async<void> export_json(const ExportSources& from, std::vector<types::AccountSummary> users,
                              const Write& write);

/// Tasks alone, in the same order; columns.hpp says which fields.
base::Async<void> export_csv(const ExportSources& from, std::vector<types::AccountSummary> users,
                             const Write& write);

}  // namespace todod::transfer
