#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "types/batch.hpp"
#include "types/change.hpp"

namespace todod::types {

/// A task whose change is not taken back, for it has been changed since.
struct UndoConflict {
    base::Uuid task_id{};
    std::int64_t task_number = 0;
    std::optional<std::string> title{};  ///< nothing: the task is not there any more
    std::vector<std::string> fields{};   ///< that are otherwise than the change left them
    std::string detail{};                ///< in words
};

/// What a request would change.
struct Preview {
    std::vector<Change> changes{};
    schema::Sent<std::vector<UndoConflict>> conflicts{};  ///< of an undo that leaves them
    schema::Sent<std::vector<BatchResult>> failed{};      ///< of a batch that goes on without them
};

/// What was taken back.
struct Undone {
    std::int64_t undoes = 0;                     ///< the change set
    std::optional<std::int64_t> changeset_id{};  ///< what took it back; nothing: nothing did
    std::vector<Change> changes{};
    std::vector<UndoConflict> conflicts{};  ///< what is left
    std::vector<std::string> titles{};      ///< of the tasks of `changes`, by place. Not shown.
};

/// A change set, and a page of its changes.
struct ChangeSetPage {
    ChangeSet set{};
    std::vector<Change> changes{};
};

}  // namespace todod::types

namespace todod::schema {

template <>
const Type& type_of<types::UndoConflict>();
template <>
const Type& type_of<types::Preview>();
template <>
const Type& type_of<types::Undone>();
template <>
const Type& type_of<types::ChangeSetPage>();

}  // namespace todod::schema
