#include "types/follow.hpp"

#include "schema/builder.hpp"

namespace todod::schema {

using types::FollowChanges;
using types::StreamStart;

template <>
const Type& type_of<FollowChanges>()
{
    static const Type type =
        TypeBuilder<FollowChanges>{"FollowChanges", "From where on."}
            .field<&FollowChanges::since>(
                "since",
                "The `seq` of the last change that is known already (0: none is); left out, those "
                "to come alone are sent.",
                {.place = Place::query, .example = "41", .limits = {.minimum = 0}})
            .field<&FollowChanges::last_event_id>(
                "Last-Event-ID",
                "The same, as a client sends it that comes back; goes before `since`.",
                {.place = Place::header, .limits = {.minimum = 0}})
            .done();
    return type;
}

template <>
const Type& type_of<StreamStart>()
{
    static const Type type =
        TypeBuilder<StreamStart>{"StreamStart", "Where a stream of changes begins."}
            .field<&StreamStart::seq>("seq", "The changes after this one follow.")
            .done();
    return type;
}

}  // namespace todod::schema
