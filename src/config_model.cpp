#include "config_model.hpp"

#include <algorithm>

#include "config_values.hpp"
#include "net/url.hpp"

namespace todod {

namespace {

constexpr std::size_t max_length = 512;

bool is_word(std::string_view text)
{
    return text.size() <= max_length &&
           std::ranges::all_of(text, [](char c) { return '!' <= c && c <= '~'; });
}

std::string to_key(std::string_view key)
{
    if (!is_word(key)) throw Unusable{"a key of visible ASCII characters, without spaces"};
    return std::string{key};
}

}  // namespace

void set_openai_key(Config& config, std::string_view key)
{
    config.model.openai_key = to_key(key);
}

void set_openrouter_key(Config& config, std::string_view key)
{
    config.model.openrouter_key = to_key(key);
}

void set_model_url(Config& config, std::string_view url)
{
    if (!url.empty() && (!net::parse_url(url) || url.find_first_of("?#") != url.npos)) {
        throw Unusable{"an http:// or https:// URL without a user, a query and a fragment"};
    }
    config.model.base_url = url;
}

void set_model(Config& config, std::string_view name)
{
    if (!is_word(name)) throw Unusable{"a model's name, of visible ASCII characters"};
    config.model.model = name;
}

}  // namespace todod
