// A JSON body of a task: it is read or refused with a reason, and what was read reads the same once
// it has been written.
#include <boost/json/parse.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "types/task_input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace todod;
    boost::system::error_code failed;
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto body = boost::json::parse(text, failed);
    if (failed) return 0;

    types::CreateTask input;
    schema::Reader reader;
    const bool good =
        schema::read_object(body, &input, schema::type_of<types::CreateTask>(), reader);
    if (good != reader.ok()) std::abort();
    if (!good) return 0;

    std::string written;
    schema::write_string(written, input.title.value);
    const auto again = boost::json::parse(written, failed);
    if (failed || again.as_string() != input.title.value) std::abort();
    return 0;
}
