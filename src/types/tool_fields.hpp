#pragma once

#include "schema/builder.hpp"
#include "types/tool_input.hpp"

// What the descriptions of tools' inputs have in common.
namespace todod::schema {

/// What every tool takes: first whose tasks are meant.
template <class T>
TypeBuilder<T> tool(std::string_view name, std::string_view doc)
{
    TypeBuilder<T> builder{name, doc};
    builder
        .template field<&types::ToolInput::user_id>(
            "user_id", "Leave it out: the user follows from the credentials.",
            {.limits = {.max_length = 255}})
        .template field<&types::ToolInput::time_zone>(
            "X-Timezone", "The user's time zone (default UTC).", {.place = Place::header});
    return builder;
}

/// Of tools that write.
inline constexpr std::string_view dry_run_doc = "Only say what would change.";
template <class T>
TypeBuilder<T>& add_dry_run(TypeBuilder<T>& builder)
{
    return builder.template field<&T::is_dry_run>("dry_run", dry_run_doc);
}

/// Of tools that are to be done once.
template <class T>
TypeBuilder<T>& add_key(TypeBuilder<T>& builder)
{
    using types::IdempotencyKey;
    return builder.template field<&T::idempotency_key>(IdempotencyKey::header, IdempotencyKey::doc,
                                                       {.place = Place::header});
}

}  // namespace todod::schema
