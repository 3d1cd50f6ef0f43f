#include "store/idempotency.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "base/error.hpp"
#include "types/idempotency_key.hpp"

namespace todod::store {

void check_fingerprint(const Idempotency& request, std::string_view kept)
{
    if (request.fingerprint == kept) return;
    const std::string header{types::IdempotencyKey::header};
    throw base::Error::invalid({{{"header", header},
                                 header + " has been used for another request.",
                                 "idempotency_key_reused"}});
}

std::string to_answer(const types::Task& task)
{
    std::string answer;
    schema::Codec<types::Task>::write(task, answer, schema::Dialect::tool);
    return answer;
}

types::Task task_of(std::string_view answer)
{
    types::Task task;
    schema::Reader reader{true};  // what follows from the rest is written, but not read
    if (!schema::Codec<types::Task>::read(boost::json::parse(answer), task, {}, reader)) {
        throw base::Error{base::ErrorCode::internal, "what is kept for a key is no task"};
    }
    return task;
}

}  // namespace todod::store
