#include "store/conversations.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "base/error.hpp"

namespace todod::store {

Idempotency claim_request(const Idempotency& chat)
{
    Idempotency request = chat;
    request.operation = TurnClaim::operation;
    return request;
}

std::string to_answer(const TurnClaim& claim)
{
    return fmt::format(R"({{"conversation_id":{},"position":{}}})", claim.conversation_id,
                       claim.position);
}

TurnClaim claim_of(std::string_view answer)
{
    boost::system::error_code failed;
    const auto json = boost::json::parse(answer, failed);
    const auto integer = [&](std::string_view name) -> std::int64_t {
        const auto* const object = json.if_object();
        const auto* const member = object != nullptr ? object->if_contains(name) : nullptr;
        if (!failed && member != nullptr && member->is_int64()) return member->get_int64();
        throw base::Error{base::ErrorCode::internal, "what is kept for a key is no turn"};
    };
    return {integer("conversation_id"), integer("position")};
}

void check_is_abandoned(const KeptAnswer& claim, const NewTurn& turn)
{
    if (turn.now - claim.created_at >= turn.timeout) return;
    throw base::Error{base::ErrorCode::conflict,
                      "The request with this Idempotency-Key is being answered: try again in a "
                      "moment."};
}

}  // namespace todod::store
