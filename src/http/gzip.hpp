#pragma once

#include <memory>
#include <string>
#include <string_view>

struct z_stream_s;

namespace todod::http {

/// Packs one body after another (RFC 1952) with memory that is taken once.
class Gzip {
public:
    Gzip();

    /// Puts `plain`, packed, in the place of what `packed` holds.
    void pack(std::string_view plain, std::string& packed);

private:
    struct End {
        void operator()(z_stream_s* stream) const noexcept;
    };

    std::unique_ptr<z_stream_s, End> stream_;
};

/// Unpacks a file that the build packed. Throws Error{internal} when it is none.
std::string gunzip(std::string_view packed);

}  // namespace todod::http
