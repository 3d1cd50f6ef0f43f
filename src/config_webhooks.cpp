#include "config_webhooks.hpp"

#include "config_values.hpp"

namespace todod {

namespace {

constexpr std::size_t max_retries = 20;
constexpr std::int64_t longest_delay_seconds = 7 * 86'400;

}  // namespace

void set_webhooks_allow_private(Config& config, std::string_view text)
{
    config.webhooks_allow_private = to_bool(text);
    if (config.webhooks_allow_private && config.production) throw Unusable{"false in production"};
}

void set_retries(Config& config, std::string_view text)
{
    const Unusable unusable{"1 to 20 numbers of seconds from 0 to 604800, with commas between"};
    config.webhook_retries.clear();
    for (const std::string& each : to_list(text)) {
        try {
            config.webhook_retries.emplace_back(to_number(each, 0, longest_delay_seconds));
        } catch (const Unusable&) {
            throw unusable;
        }
    }
    if (config.webhook_retries.empty() || config.webhook_retries.size() > max_retries) {
        throw unusable;
    }
}

}  // namespace todod
