#include "api/api.hpp"

#include <algorithm>
#include <iterator>

namespace todod::api {

operation::Table all_operations(const Services& services, const About& about)
{
    operation::Table operations = task_operations(services.tasks);
    std::ranges::move(batch_operations(services.tasks), std::back_inserter(operations));
    std::ranges::move(change_operations(services.changes), std::back_inserter(operations));
    std::ranges::move(trash_operations(services.changes), std::back_inserter(operations));
    std::ranges::move(event_operations(services.events), std::back_inserter(operations));
    std::ranges::move(account_operations(services.accounts), std::back_inserter(operations));
    std::ranges::move(
        browser_session_operations(services.accounts, services.cookie, services.authenticate),
        std::back_inserter(operations));
    std::ranges::move(api_key_operations(services.api_keys), std::back_inserter(operations));
    std::ranges::move(chat_operations(services.assistant), std::back_inserter(operations));
    std::ranges::move(conversation_operations(services.conversations),
                      std::back_inserter(operations));
    std::ranges::move(token_operations(services.tokens), std::back_inserter(operations));
    std::ranges::move(webhook_operations(services.webhooks), std::back_inserter(operations));
    std::ranges::move(health_operations(about, services.clock, services.readiness),
                      std::back_inserter(operations));
    return operations;
}

}  // namespace todod::api
