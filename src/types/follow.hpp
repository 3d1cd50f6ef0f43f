#pragma once

#include <cstdint>
#include <optional>

#include "schema/codec.hpp"

namespace todod::types {

/// From where on a log is to be followed.
struct FollowChanges {
    std::optional<std::int64_t> since{};
    /// Of a client that comes back: what it has seen last. Goes before `since`, which a client that
    /// comes back by itself repeats.
    std::optional<std::int64_t> last_event_id{};
};

/// Where a stream of changes begins.
struct StreamStart {
    std::int64_t seq = 0;
};

}  // namespace todod::types

namespace todod::schema {

template <>
const Type& type_of<types::FollowChanges>();
template <>
const Type& type_of<types::StreamStart>();

}  // namespace todod::schema
