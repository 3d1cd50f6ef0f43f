#include "config_keys.hpp"

#include <algorithm>

#include "auth/fernet.hpp"
#include "config_values.hpp"

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

}  // namespace todod
