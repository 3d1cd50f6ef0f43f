#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "store/changes.hpp"
#include "store/task_write.hpp"
#include "types/change.hpp"

namespace todod::testing {

/// Somebody who writes, with a change set of its own.
inline store::User writer(std::string user_id, types::Origin origin = {})
{
    store::User user{std::move(user_id)};
    user.changes = std::make_shared<types::ChangeScope>(types::ChangeScope{std::move(origin)});
    return user;
}

/// A request of those writes.
template <class... Writes>
store::WriteRequest request_of(base::Instant now, Writes... writes)
{
    store::WriteRequest request{.now = now};
    (request.writes.emplace_back(std::move(writes)), ...);
    return request;
}

/// Each as "41 update 3", or with its set where it is not the first of it: "42/41 delete 3".
inline std::vector<std::string> lines_of(const std::vector<types::Change>& changes)
{
    std::vector<std::string> lines;
    for (const types::Change& change : changes) {
        std::string& line = lines.emplace_back(std::to_string(change.seq));
        if (change.seq != change.changeset_id) {
            line += fmt::format("/{}", change.changeset_id);
        }
        line += fmt::format(
            " {} {}", schema::Codec<types::ChangeKind>::name(change.kind, schema::Dialect::tool),
            change.task_number);
    }
    return lines;
}

}  // namespace todod::testing
