#include "config_serving.hpp"

#include "config_values.hpp"

namespace todod {

namespace {

constexpr std::int64_t max_shutdown_delay_seconds = 300;
constexpr std::int64_t max_streams = 1'000'000;

}  // namespace

void set_host(Config& config, std::string_view host)
{
    config.host = !host.empty() ? host : config.production ? "0.0.0.0" : "127.0.0.1";
}

void set_max_event_streams(Config& config, std::string_view text)
{
    config.max_event_streams = static_cast<std::size_t>(to_number(text, 0, max_streams));
}

void set_shutdown_delay(Config& config, std::string_view text)
{
    config.shutdown_delay_seconds =
        static_cast<unsigned>(to_number(text, 0, max_shutdown_delay_seconds));
}

}  // namespace todod
