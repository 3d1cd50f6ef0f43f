#include "http/input_buffer.hpp"

#include <algorithm>
#include <cstring>

namespace todod::http {

namespace {

constexpr std::size_t smallest_bytes = 4 * 1024;
constexpr std::size_t kept_bytes = 64 * 1024;

}  // namespace

std::span<char> InputBuffer::prepare(std::size_t size)
{
    const std::size_t used = end_ - begin_;
    if (capacity_ - end_ < size) {
        if (capacity_ - used < size) {
            const auto capacity = std::max({smallest_bytes, 2 * capacity_, used + size});
            auto bytes = std::make_unique_for_overwrite<char[]>(capacity);
            if (used != 0) std::memcpy(bytes.get(), bytes_.get() + begin_, used);
            bytes_ = std::move(bytes);
            capacity_ = capacity;
        } else {
            std::memmove(bytes_.get(), bytes_.get() + begin_, used);
        }
        begin_ = 0;
        end_ = used;
    }
    return {bytes_.get() + end_, capacity_ - end_};
}

void InputBuffer::consume(std::size_t size) noexcept
{
    begin_ += size;
    if (begin_ == end_) begin_ = end_ = 0;
}

void InputBuffer::shrink() noexcept
{
    if (begin_ != end_ || capacity_ <= kept_bytes) return;
    bytes_.reset();
    capacity_ = begin_ = end_ = 0;
}

}  // namespace todod::http
