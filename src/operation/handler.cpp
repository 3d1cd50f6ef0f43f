#include "operation/handler.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace todod::operation {

void read_call(const Call& call, void* object, const schema::Type& type, bool body_optional)
{
    static const boost::json::value empty_object = boost::json::object{};
    schema::RawInput input = call.input;
    if (body_optional && input.body == nullptr) input.body = &empty_object;
    schema::Reader reader{call.ignore_unknown_fields};
    schema::read_input(input, object, type, reader);
    if (!reader.ok()) throw base::Error::invalid(reader.take());
}

void read_nothing(const Call& call)
{
    static const schema::Type nothing{"Nothing", "No input.", {}};
    read_call(call, nullptr, nothing, false);
}

}  // namespace todod::operation
