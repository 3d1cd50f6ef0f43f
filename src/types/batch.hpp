#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "types/task_input.hpp"

namespace todod::types {

enum class BatchMode : std::uint8_t {
    atomic,       ///< all or nothing
    best_effort,  ///< what can be done
};

enum class BatchOp : std::uint8_t { create, update, complete, remove, restore };

/// What a batch says of a task: what can be set, and the id of a new one.
struct BatchFields : TaskFields {};

struct BatchOperation {
    BatchOp op{};
    std::optional<TaskRef> task_id{};  ///< of all but create
    std::optional<TagCondition> if_match{};
    schema::Sent<BatchFields> task{};  ///< of create and update
    schema::Sent<bool> completed{};    ///< of complete; left out: turn it round
};

/// Several writes, done in their order, as one change set.
struct Batch {
    static constexpr std::size_t max_operations = 100;

    BatchMode mode = BatchMode::atomic;
    std::vector<BatchOperation> operations{};
    bool is_dry_run = false;
    std::optional<IdempotencyKey> idempotency_key{};
};

/// What has become of one operation.
struct BatchResult {
    std::int64_t index = 0;
    BatchOp op{};
    bool success = false;
    std::int64_t status = 0;  ///< that the same by itself would have been answered with
    std::optional<Task> task{};
    std::optional<std::string> error{};
};

struct BatchAnswer {
    std::vector<BatchResult> results{};
    std::int64_t succeeded = 0;
    std::int64_t failed = 0;
};

}  // namespace todod::types

namespace todod::schema {

template <>
struct EnumNames<types::BatchMode> {
    using enum types::BatchMode;
    static constexpr std::array<EnumValue<types::BatchMode>, 2> values{{
        {atomic, {"atomic", "atomic", "atomic"}},
        {best_effort, {"best_effort", "best_effort", "best_effort"}},
    }};
};

template <>
struct EnumNames<types::BatchOp> {
    using enum types::BatchOp;
    static constexpr std::array<EnumValue<types::BatchOp>, 5> values{{
        {create, {"create", "create", "create"}},
        {update, {"update", "update", "update"}},
        {complete, {"complete", "complete", "complete"}},
        {remove, {"delete", "delete", "delete"}},
        {restore, {"restore", "restore", "restore"}},
    }};
};

template <>
const Type& type_of<types::BatchFields>();
template <>
const Type& type_of<types::BatchOperation>();
template <>
const Type& type_of<types::Batch>();
template <>
const Type& type_of<types::BatchResult>();
template <>
const Type& type_of<types::BatchAnswer>();

}  // namespace todod::schema
