#include "base/siphash.hpp"

#include <bit>
#include <cstring>

namespace todod::base {

namespace {

constexpr std::size_t word_bytes = sizeof(std::uint64_t);

struct State {
    std::uint64_t a;
    std::uint64_t b;
    std::uint64_t c;
    std::uint64_t d;

    void mix(int rounds) noexcept
    {
        for (int i = 0; i < rounds; ++i) {
            a += b;
            b = std::rotl(b, 13) ^ a;
            a = std::rotl(a, 32);
            c += d;
            d = std::rotl(d, 16) ^ c;
            a += d;
            d = std::rotl(d, 21) ^ a;
            c += b;
            b = std::rotl(b, 17) ^ c;
            c = std::rotl(c, 32);
        }
    }

    void take(std::uint64_t word) noexcept
    {
        d ^= word;
        mix(2);
        a ^= word;
    }
};

/// Up to eight bytes, the first the least (todod runs on little-endian machines alone).
std::uint64_t to_word(std::string_view bytes) noexcept
{
    static_assert(std::endian::native == std::endian::little);
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), bytes.size());
    return word;
}

}  // namespace

std::uint64_t siphash(const SipKey& key, std::string_view text) noexcept
{
    State state{key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d,
                key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573};
    const std::uint64_t size = text.size();
    for (; text.size() >= word_bytes; text.remove_prefix(word_bytes))
        state.take(to_word(text.substr(0, word_bytes)));
    state.take(to_word(text) | size << 56U);
    state.c ^= 0xff;
    state.mix(4);
    return state.a ^ state.b ^ state.c ^ state.d;
}

}  // namespace todod::base
