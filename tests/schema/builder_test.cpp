#include "schema/builder.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "schema/sample.hpp"

namespace todod::schema {
namespace {

using boost::json::parse;

struct Animal {
    std::string first_name;
};

struct Dog : Animal {
    std::int64_t age = 0;
    std::vector<std::string> tricks;
};

std::string shout(const Dog& dog)
{
    return dog.first_name + '!';
}

const Type& dog_type()
{
    static const Type type =
        TypeBuilder<Dog>{"Dog", "A dog."}
            .field<&Animal::first_name>("first_name", "Its name.")
            .computed<&shout>("loud_name", "What is called.")
            .field<&Dog::age>("age", "In years.", {.place = Place::query})
            .field<&Dog::tricks>("X-Tricks", "It can.", {.place = Place::header})
            .done();
    return type;
}

TEST(TypeBuilder, keeps_the_order_the_places_and_both_spellings)
{
    const Type& type = dog_type();
    ASSERT_EQ(type.fields.size(), 4U);
    EXPECT_EQ(type.name, "Dog");
    EXPECT_EQ(type.doc, "A dog.");
    EXPECT_EQ(type.fields[0].name, "first_name");
    EXPECT_EQ(type.fields[0].camel, "firstName");
    EXPECT_EQ(type.fields[0].key(Dialect::tool), "first_name");
    EXPECT_EQ(type.fields[0].key(Dialect::scoped), "first_name");
    EXPECT_EQ(type.fields[0].key(Dialect::own), "firstName");
    EXPECT_EQ(type.fields[2].place, Place::query);
    EXPECT_EQ(type.fields[3].camel, "X-Tricks");
    EXPECT_EQ(type.fields[3].key(Dialect::own), "X-Tricks");
}

TEST(TypeBuilder, lets_only_lists_repeat)
{
    EXPECT_FALSE(dog_type().fields[2].repeats);
    EXPECT_TRUE(dog_type().fields[3].repeats);
}

TEST(TypeBuilder, reads_and_writes_members_of_a_base_in_the_whole)
{
    Dog dog;
    dog.age = 7;
    Reader reader;
    EXPECT_TRUE(read_object(parse(R"({"firstName": "Rex"})"), &dog, dog_type(), reader));
    EXPECT_EQ(dog.first_name, "Rex");
    EXPECT_EQ(dog.age, 7);
}

TEST(TypeBuilder, writes_and_describes_what_is_computed_but_never_reads_it)
{
    const Field& computed = dog_type().fields[1];
    Dog dog;
    dog.first_name = "Rex";
    std::string out;
    computed.write(&dog, out, Dialect::scoped);
    EXPECT_EQ(out, R"("Rex!")");
    EXPECT_EQ(field_schema(computed, Dialect::scoped),
              parse(R"({"type": "string", "description": "What is called."})"));

    Reader reader;
    EXPECT_FALSE(read_object(parse(R"({"loud_name": "Max!"})"), &dog, dog_type(), reader));
    EXPECT_EQ(reader.take().front().type, "unknown_field");
    EXPECT_EQ(dog.first_name, "Rex");
}

}  // namespace
}  // namespace todod::schema
