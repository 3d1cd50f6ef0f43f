#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace todod::base {

/// The 32 bytes of SHA-256 (FIPS 180-4).
std::string sha256(std::string_view bytes);

/// The same of what comes piece by piece.
class Sha256 {
public:
    Sha256();

    void add(std::string_view bytes);

    /// Of all that was added; nothing may be added any more.
    std::string finish();

private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const noexcept;
    };
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace todod::base
