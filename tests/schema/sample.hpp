#pragma once

#include <string>
#include <vector>

#include "schema/builder.hpp"

namespace todod::testing {

enum class Size : std::uint8_t { small, very_large };

struct Part {
    std::string part_name;
    std::int64_t count = 1;
};

/// Something with a field of every kind in every place.
struct Sample {
    std::string sample_id;

    std::vector<std::string> word;
    std::int64_t max_size = 10;
    bool is_open = false;

    std::optional<std::string> mood;

    std::string title;
    schema::Sent<std::optional<std::string>> long_note;
    schema::Sent<Size> size;
    std::int64_t amount = 0;
    std::vector<std::string> labels;
    schema::Sent<Part> part;
};

}  // namespace todod::testing

namespace todod::schema {

template <>
struct EnumNames<testing::Size> {
    static constexpr std::array<EnumValue<testing::Size>, 2> values{{
        {testing::Size::small, {"small", "Small", "SMALL"}},
        {testing::Size::very_large, {"very_large", "Very_Large", "HUGE"}},
    }};
};

template <>
inline const Type& type_of<testing::Part>()
{
    using testing::Part;
    static const Type type =
        TypeBuilder<Part>{"Part", "Of something."}
            .field<&Part::part_name>("part_name", "What it is called.", {.required = true})
            .field<&Part::count>("count", "How many.", {.limits = {.minimum = 1}})
            .done();
    return type;
}

template <>
inline const Type& type_of<testing::Sample>()
{
    using testing::Sample;
    static const Type type =
        TypeBuilder<Sample>{"Sample", "A sample."}
            .field<&Sample::sample_id>("sample_id", "Which.",
                                       {.required = true, .place = Place::path})
            .field<&Sample::word>("word", "With this word.",
                                  {.place = Place::query, .limits = {.max_items = 2}})
            .field<&Sample::max_size>(
                "max_size", "At most.",
                {.place = Place::query, .limits = {.minimum = 1, .maximum = 100}})
            .field<&Sample::is_open>("is_open", "Only open ones.", {.place = Place::query})
            .field<&Sample::mood>("X-Mood", "How you feel.", {.place = Place::header})
            .field<&Sample::title>("title", "A title.",
                                   {.required = true,
                                    .example = R"("Tea")",
                                    .limits = {.min_length = 1, .max_length = 5, .trimmed = true}})
            .field<&Sample::long_note>("long_note", "A note.", {.limits = {.max_length = 8}})
            .field<&Sample::size>("size", "A size.")
            .field<&Sample::amount>("amount", "A number.")
            .field<&Sample::labels>(
                "labels", "Labels.",
                {.limits = {.max_length = 4, .max_items = 3, .trimmed = true, .unique = true}})
            .field<&Sample::part>("part", "A part.")
            .done();
    return type;
}

}  // namespace todod::schema
