#include "types/health.hpp"

#include <boost/json/object.hpp>

#include "schema/builder.hpp"

namespace todod::schema {

using types::Greeting;
using types::Health;
using types::Readiness;

template <>
const Type& type_of<Greeting>()
{
    static const Type type =
        TypeBuilder<Greeting>{"Greeting", "That something is here."}
            .field<&Greeting::status>("status", "Always \"ok\".", {.example = R"("ok")"})
            .field<&Greeting::message>("message", "For people.",
                                       {.example = R"("Todo API is running")"})
            .done();
    return type;
}

template <>
const Type& type_of<Health>()
{
    static const Type type =
        TypeBuilder<Health>{"Health", "That the process is alive."}
            .field<&Health::status>("status", "Always \"healthy\".", {.example = R"("healthy")"})
            .field<&Health::service>("service", "APP_NAME.", {.example = R"("todod")"})
            .field<&Health::version>("version", "APP_VERSION, or todod's own.",
                                     {.example = R"("0.1.0")"})
            .field<&Health::timestamp>("timestamp", "Now.")
            .done();
    return type;
}

template <>
const Type& type_of<Readiness>()
{
    static const Type type =
        TypeBuilder<Readiness>{"Readiness", "Whether requests can be served."}
            .field<&Readiness::status>(
                "status", "\"ready\", \"not ready\" or, once it is told to stop, \"stopping\".",
                {.example = R"("ready")"})
            .field<&Readiness::database>("database",
                                         "\"connected\", \"disconnected\" or, where it lacks a "
                                         "migration, \"outdated\".",
                                         {.example = R"("connected")"})
            .done();
    return type;
}

}  // namespace todod::schema
