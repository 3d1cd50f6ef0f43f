#include "store/api_keys.hpp"

#include "base/error.hpp"

namespace todod::store {

types::Provider read_provider(std::string_view name)
{
    const auto provider = types::parse_provider(name);
    if (provider) return *provider;
    throw base::Error{base::ErrorCode::internal, "a key is of a provider that is not known here"};
}

}  // namespace todod::store
