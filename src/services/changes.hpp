#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "store/changes.hpp"
#include "store/tasks.hpp"
#include "types/change_input.hpp"
#include "types/change_output.hpp"

namespace todod::services {

/// What is to be taken back.
struct UndoRequest {
    std::optional<std::int64_t> changeset_id{};  ///< nothing: the last that can be
    bool is_partial = false;  ///< what has been changed since is left, and the rest taken back
    bool is_dry_run = false;
    /// Something: it is done once, and told again, also where the last change is another by then.
    std::optional<std::string> idempotency_key{};
};

/// What may be done with what a user's tasks have been through, and with what of them is in the
/// trash. Each call acts for `user` and sees nobody else's.
class Changes {
public:
    /// More than so many changes are not taken back at once.
    static constexpr std::int64_t max_undone = 10'000;
    /// Among so many of the newest sets the last one that can be taken back is looked for.
    static constexpr std::int64_t max_searched = 1'000;
    /// More of an emptied trash than so much a dry run does not tell.
    static constexpr std::size_t max_previewed = 1'000;

    /// All must outlive this. What is in the trash goes for good after `kept`.
    Changes(store::Changes& changes, store::Tasks& tasks, const base::Clock& clock,
            std::chrono::days kept)
        : changes_(changes), tasks_(tasks), clock_(clock), trash_kept_(kept)
    {
    }

    /// Throws Error{gone} where the log does not have all that came after `since`; its member
    /// "last_seq" is where to go on once everything has been read anew.
    base::Async<store::ChangePage> list(store::User user, types::ListChanges input);

    base::Async<std::vector<types::ChangeSet>> list_sets(store::User user,
                                                         types::ListChangeSets input);

    /// What the task of each set's first change is called now; empty where that change says it
    /// itself (types::title_of), or the task is no longer among the user's.
    base::Async<std::vector<std::string>> list_titles(store::User user,
                                                      const std::vector<types::ChangeSet>& sets);

    /// Throws Error{not_found} where there is no such set, or not all of it any more.
    base::Async<types::ChangeSetPage> get_set(store::User user, types::GetChangeSet input);

    /// Throws Error{not_found}.
    base::Async<std::vector<types::Change>> history(store::User user, types::ListHistory input);

    base::Async<std::vector<types::TrashedTask>> list_trash(store::User user,
                                                            types::ListTrash input);

    /// Throw Error{not_found} for what is not in the trash, Error{conflict} where another task has
    /// its id.
    base::Async<types::Task> restore(store::User user, types::TaskRef task);
    base::Async<void> purge(store::User user, types::TaskRef task);
    base::Async<types::Preview> preview_restore(store::User user, types::TaskRef task);
    base::Async<types::Preview> preview_purge(store::User user, types::TaskRef task);

    /// The number of the task in the trash that has all these words in its title. Throws
    /// Error{not_found}, and Error{conflict} where there are several, which it names.
    base::Async<std::int64_t> find_trashed(store::User user, std::string title);

    /// All that is in it goes for good. Not at once: what comes into it meanwhile may go, too.
    base::Async<void> empty_trash(store::User user);
    base::Async<types::Preview> preview_empty_trash(store::User user);

    /// Makes what a set has changed what it was before; that is a set of its own, whose scope
    /// `user` brings. Throws Error{not_found} where there is no such set, or not all of it any
    /// more, or nothing that could be taken back; Error{conflict} where it has too many changes,
    /// and, unless it is partial, where one of them has been changed since: nothing is done then,
    /// and its member "conflicts" says which. `may_delete`: else Error{forbidden} where tasks would
    /// go to the trash.
    base::Async<types::Undone> undo(store::User user, UndoRequest request, bool may_delete = true);

private:
    base::Async<std::vector<types::Change>> read_set(store::User user, std::int64_t id);
    base::Async<types::Undone> undo_now(store::User user, UndoRequest request,
                                        std::optional<store::Idempotency> once, bool may_delete);
    /// The set that undo takes back where none is named: the user's newest that is no undo and has
    /// not been taken back. Of who asks the assistant, what that has done in this conversation, or
    /// else in any.
    base::Async<std::optional<std::int64_t>> search_last(store::User user);
    base::Async<void> keep_nothing(store::User user, store::Idempotency once);
    base::Async<std::optional<types::Undone>> find_told(store::User user, store::Idempotency once);
    base::Async<types::Preview> preview(store::User user, store::TaskWrite write);
    base::Async<types::Task> write(store::User user, store::TaskWrite write);

    store::Changes& changes_;
    store::Tasks& tasks_;
    const base::Clock& clock_;
    const std::chrono::days trash_kept_;
};

}  // namespace todod::services
