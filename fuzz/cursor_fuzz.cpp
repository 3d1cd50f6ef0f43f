// A cursor from a client: it is one of this query's, or refused.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "services/task_cursor.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace todod;
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    for (const bool encode : {false, true}) {
        store::TaskQuery query;
        try {
            services::apply_cursor(encode ? base::base64url_encode(text) : std::string{text},
                                   "0123456789abcdef", query);
        } catch (const base::Error& error) {
            if (error.code() != base::ErrorCode::invalid) throw;
        }
    }
    return 0;
}
