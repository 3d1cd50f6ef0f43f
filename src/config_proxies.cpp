#include "config_proxies.hpp"

#include "base/error.hpp"
#include "config_values.hpp"

namespace todod {

namespace {

net::Proxy to_proxy(std::string_view url)
{
    try {
        return net::parse_proxy(url);
    } catch (const base::Error& error) {
        throw Unusable{error.message()};
    }
}

}  // namespace

void set_https_proxy(Config& config, std::string_view url)
{
    config.proxies.https = to_proxy(url);
}

void set_http_proxy(Config& config, std::string_view url)
{
    config.proxies.http = to_proxy(url);
}

void set_no_proxy(Config& config, std::string_view text)
{
    config.proxies.direct = to_list(text);
}

}  // namespace todod
