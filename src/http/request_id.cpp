#include "http/request_id.hpp"

#include <algorithm>
#include <cstring>

#include "base/random.hpp"
#include "base/uuid.hpp"

namespace todod::http {

namespace {

/// Fast, and good enough for what is no secret.
class Numbers final : public base::Random {
public:
    explicit Numbers(std::mt19937_64& source) : source_(source) {}

    void fill(std::span<std::byte> bytes) override
    {
        while (!bytes.empty()) {
            const auto number = source_();
            const auto size = std::min(bytes.size(), sizeof(number));
            std::memcpy(bytes.data(), &number, size);
            bytes = bytes.subspan(size);
        }
    }

private:
    std::mt19937_64& source_;
};

}  // namespace

bool is_valid_request_id(std::string_view id) noexcept
{
    constexpr std::size_t longest = 128;
    return !id.empty() && id.size() <= longest &&
           std::ranges::all_of(id, [](char c) { return c > ' ' && c <= '~'; });
}

RequestIds::RequestIds()
{
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device()};
    random_.seed(seed);
}

void RequestIds::make(std::string& id)
{
    Numbers numbers{random_};
    id.clear();
    base::append(id, base::make_uuid_v4(numbers));
}

}  // namespace todod::http
