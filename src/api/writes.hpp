#pragma once

#include "operation/handler.hpp"

namespace todod::api {

inline const operation::HeaderDoc changeset_doc{
    "X-Changeset-ID", "The change set that this has made; not there where nothing was changed."};

inline const operation::HeaderDoc replayed_doc{
    "Idempotency-Replayed",
    "`true` where this is the answer to an earlier request with the same Idempotency-Key."};

/// What a dry run is answered with.
template <class T>
operation::Answer<T> previewed(types::Preview preview)
{
    operation::Answer<T> answer;
    answer.preview = std::move(preview);
    return answer;
}

inline types::Preview preview_of(types::Undone undone)
{
    types::Preview preview{.changes = std::move(undone.changes)};
    preview.conflicts.given = !undone.conflicts.empty();
    preview.conflicts.value = std::move(undone.conflicts);
    return preview;
}

}  // namespace todod::api
