#include "config_keys.hpp"

#include <algorithm>

#include "auth/fernet.hpp"
#include "config_values.hpp"
#include "net/url.hpp"

namespace todod {

void set_encryption_keys(Config& config, std::string_view text)
{
    config.encryption_keys = to_list(text);
    if (!config.encryption_keys.empty() &&
        std::ranges::all_of(config.encryption_keys, auth::Fernet::is_key)) {
        return;
    }
    throw Unusable{
        "Fernet keys with commas between: each 32 random bytes in URL-safe base64, 44 characters"};
}

void set_openai_base_url(Config& config, std::string_view url)
{
    const bool is_plain = url.find_first_of("?#") == std::string_view::npos;
    if (!url.empty() && (!is_plain || !net::parse_url(url))) {
        throw Unusable{"an http or https URL without a user, a query and a fragment"};
    }
    config.openai_base_url = url;
}

}  // namespace todod
