#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "types/change_output.hpp"
#include "types/tool_input.hpp"

namespace todod::types {

/// How many changes a tool tells, one by one.
inline constexpr std::size_t max_told_changes = 50;

/// A Preview as a tool gives it.
struct PreviewInWords {
    std::vector<std::string> changes{};  ///< and how many more there are
};
PreviewInWords to_words(const Preview& preview);

struct UndoTool : ToolInput {
    std::optional<std::int64_t> changeset_id{};  ///< nothing: the last that can be taken back
    bool is_partial = true;
    bool is_dry_run = false;
    std::optional<IdempotencyKey> idempotency_key{};
};

/// What a tool has taken back.
struct UndoReport {
    std::int64_t undoes = 0;
    std::optional<std::int64_t> changeset_id{};
    std::int64_t count = 0;
    std::vector<std::string> changes{};  ///< as of PreviewInWords
    std::vector<std::string> left{};     ///< the same of what has been changed since
    std::string message{};
};
UndoReport to_report(const Undone& undone);

struct ListChangesTool : ToolInput {
    static constexpr std::int64_t max_limit = 50;

    std::int64_t limit = 10;
    std::optional<std::int64_t> before{};
};

/// A change set in few words.
struct ChangeSetBrief {
    std::int64_t changeset_id = 0;
    base::Instant at{};
    std::string by{};
    std::optional<std::int64_t> conversation_id{};
    std::int64_t count = 0;
    std::string words{};
    std::optional<std::int64_t> undoes{};
};
/// `title` is that of the task of its first change, where the change does not say it; empty: it is
/// not named.
ChangeSetBrief to_brief(const ChangeSet& set, std::string_view title = {});

struct ChangeSetListing {
    std::vector<ChangeSetBrief> changesets{};
    std::int64_t count = 0;
};

/// By its number or id, or else by words of its title.
struct RestoreTool : ToolInput {
    std::optional<TaskRef> task_id{};
    std::optional<std::string> title{};
    bool is_dry_run = false;
};

}  // namespace todod::types

namespace todod::schema {

template <>
const Type& type_of<types::PreviewInWords>();
template <>
const Type& type_of<types::UndoTool>();
template <>
const Type& type_of<types::UndoReport>();
template <>
const Type& type_of<types::ListChangesTool>();
template <>
const Type& type_of<types::ChangeSetBrief>();
template <>
const Type& type_of<types::ChangeSetListing>();
template <>
const Type& type_of<types::RestoreTool>();

}  // namespace todod::schema
