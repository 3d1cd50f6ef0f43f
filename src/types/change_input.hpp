#pragma once

#include <cstdint>
#include <optional>

#include "types/change.hpp"

namespace todod::types {

/// How much of the log one answer has.
struct LogPage {
    static constexpr std::int64_t max_limit = 1000;

    std::int64_t limit = 100;
};

struct ListChanges : LogPage {
    std::int64_t since = 0;
};

/// Newest first.
struct ListChangeSets : LogPage {
    std::optional<std::int64_t> before{};
};

struct ListHistory : LogPage {
    TaskRef task_id;
    std::optional<std::int64_t> before{};
};

/// By its number. What is none names no change set.
struct ChangeSetRef {
    std::int64_t id = 0;
};

struct GetChangeSet : LogPage {
    GetChangeSet() : LogPage{max_limit} {}

    ChangeSetRef changeset_id;
    std::int64_t since = 0;
};

/// What is taken back, and how. The body says it, or the query: once is enough.
struct UndoChangeSet {
    ChangeSetRef changeset_id;
    bool is_partial = false;  ///< what has been changed since is left, and the rest taken back
    bool is_dry_run = false;
    bool is_partial_by_query = false;
    bool is_dry_run_by_query = false;
};

struct ListTrash : LogPage {
    std::optional<std::int64_t> before{};
};

struct RestoreTrashed {
    TaskRef task_id;
    bool is_dry_run = false;
};

struct PurgeTrashed {
    TaskRef task_id;
    bool is_dry_run = false;
};

struct EmptyTrash {
    bool is_dry_run = false;
};

}  // namespace todod::types

namespace todod::schema {

template <>
struct Codec<types::ChangeSetRef> {
    static bool read(const boost::json::value&, types::ChangeSetRef&, const Limits&, Reader&);
    static bool parse(std::string_view, types::ChangeSetRef&, const Limits&, Reader&);
    static void write(const types::ChangeSetRef&, std::string& out, Dialect);
    static void describe(boost::json::object&, const Limits&, Dialect);
};

template <>
const Type& type_of<types::ListChanges>();
template <>
const Type& type_of<types::ListChangeSets>();
template <>
const Type& type_of<types::ListHistory>();
template <>
const Type& type_of<types::GetChangeSet>();
template <>
const Type& type_of<types::UndoChangeSet>();
template <>
const Type& type_of<types::ListTrash>();
template <>
const Type& type_of<types::RestoreTrashed>();
template <>
const Type& type_of<types::PurgeTrashed>();
template <>
const Type& type_of<types::EmptyTrash>();

}  // namespace todod::schema
