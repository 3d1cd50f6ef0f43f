#include "auth/keyed_jws.hpp"

#include <algorithm>

#include "auth/jws.hpp"
#include "base/text.hpp"

namespace todod::auth {

namespace {

std::optional<KeyAlgorithm> algorithm_of(const json_t* header)
{
    if (header == nullptr) return std::nullopt;
    const json_t* alg = json_object_get(header, "alg");
    return find_key_algorithm({json_string_value(alg), json_string_length(alg)});
}

bool read_key_id(const json_t* header, std::optional<std::string>& id)
{
    const json_t* kid = json_object_get(header, "kid");
    if (kid == nullptr) return true;
    if (!json_is_string(kid)) return false;
    id.emplace(json_string_value(kid), json_string_length(kid));
    return !id->empty() && id->size() <= max_key_id_bytes;
}

}  // namespace

std::optional<KeyAlgorithm> asked_algorithm(std::string_view token)
{
    const auto parts = split_jws(token);
    return parts ? algorithm_of(read_jws_header(parts->header).get()) : std::nullopt;
}

std::optional<KeyedJws> read_keyed_jws(std::string_view token)
{
    const auto parts = split_jws(token);
    if (!parts) return std::nullopt;
    const JsonPtr header = read_jws_header(parts->header);
    const auto algorithm = algorithm_of(header.get());
    auto payload = base::base64url_decode(parts->payload);
    auto signature = base::base64url_decode(parts->signature);
    std::optional<std::string> key_id;
    if (!algorithm || !payload || !signature || !read_key_id(header.get(), key_id)) {
        return std::nullopt;
    }
    const std::size_t signed_size = parts->header.size() + 1 + parts->payload.size();
    return KeyedJws{.algorithm = *algorithm,
                    .key_id = std::move(key_id),
                    .signed_text = token.substr(0, signed_size),
                    .payload = *std::move(payload),
                    .signature = *std::move(signature)};
}

bool verify_keyed_jws(const KeyedJws& token, const KeySet& keys)
{
    return std::ranges::any_of(keys.find(token.algorithm, token.key_id), [&](const PublicKey* key) {
        return verify_signature(*key, token.signed_text, token.signature);
    });
}

}  // namespace todod::auth
