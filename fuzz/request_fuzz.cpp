// Bytes from the network: whatever they are, they are read as requests or refused, and a request
// that comes in two pieces is the same as one that comes whole.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "http/request_parser.hpp"
#include "http/server.hpp"

namespace {

using todod::http::Progress;
using todod::http::RequestParser;

/// What was read of `input`, that arrives in pieces of `step` bytes.
std::vector<std::string> read_all(const std::string& input, std::size_t step)
{
    const todod::http::Limits limits;
    RequestParser parser{limits};
    std::vector<std::string> seen;
    std::size_t start = 0;
    std::size_t end = 0;
    while (end < input.size()) {
        end = std::min(input.size(), end + step);
        for (;;) {
            const auto view = std::string_view{input}.substr(start, end - start);
            const Progress progress = parser.parse(view);
            if (progress == Progress::expects_continue) continue;
            if (progress == Progress::refused) {
                seen.emplace_back("refused");
                return seen;
            }
            if (progress == Progress::more) break;
            seen.emplace_back(parser.request().path);
            start += parser.consumed();
            parser.next();
            if (start == end) break;
        }
    }
    return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string input{reinterpret_cast<const char*>(data), size};
    const auto whole = read_all(input, input.size());
    if (read_all(input, 1) != whole) std::abort();
    return 0;
}
