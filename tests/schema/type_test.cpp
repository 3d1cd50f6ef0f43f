#include "schema/type.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>

#include "schema/sample.hpp"
#include "support/schema.hpp"

namespace todod::schema {
namespace {

using namespace std::string_literals;
using boost::json::parse;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using todod::testing::Outcome;
using todod::testing::Part;
using todod::testing::read_request;
using todod::testing::Sample;

const std::vector<NamedText> sample_path{{"user_id", "ada"}, {"sample_id", "7"}};

Outcome<Sample> read_body(std::string_view json, bool ignore_unknown = false)
{
    const auto body = parse(json);
    return read_request<Sample>({.path = sample_path, .query = {}, .headers = {}, .body = &body},
                                ignore_unknown);
}

Outcome<Sample> read_query(std::vector<NamedText> query, bool ignore_unknown = false)
{
    const auto body = parse(R"({"title": "Tea"})");
    return read_request<Sample>({.path = sample_path, .query = query, .headers = {}, .body = &body},
                                ignore_unknown);
}

Outcome<Sample> read_headers(std::vector<NamedText> headers)
{
    const auto body = parse(R"({"title": "Tea"})");
    return read_request<Sample>(
        {.path = sample_path, .query = {}, .headers = headers, .body = &body});
}

TEST(ReadInput, reads_every_place)
{
    const auto body = parse(R"({"title": " Tea ", "long_note": null, "amount": 3})");
    const std::vector<NamedText> query{{"max_size", "20"}, {"is_open", "true"}};
    const std::vector<NamedText> headers{{"Host", "x"}, {"X-Mood", "good"}};
    const auto read = read_request<Sample>(
        {.path = sample_path, .query = query, .headers = headers, .body = &body});
    EXPECT_THAT(read.errors, IsEmpty());
    EXPECT_EQ(read.value.sample_id, "7");
    EXPECT_EQ(read.value.max_size, 20);
    EXPECT_TRUE(read.value.is_open);
    EXPECT_EQ(read.value.mood, "good");
    EXPECT_EQ(read.value.title, "Tea");
    EXPECT_EQ(read.value.long_note, (Sent<std::optional<std::string>>{true, std::nullopt}));
    EXPECT_EQ(read.value.amount, 3);
}

TEST(ReadInput, leaves_what_is_not_sent_as_it_was)
{
    const auto read = read_body(R"({"title": "Tea"})");
    EXPECT_TRUE(read.ok);
    EXPECT_EQ(read.value.max_size, 10);
    EXPECT_FALSE(read.value.long_note.given);
    EXPECT_FALSE(read.value.size.given);
    EXPECT_FALSE(read.value.mood);
}

TEST(ReadInput, names_everything_that_is_wrong_at_once)
{
    const auto body = parse(R"({"titel": "Tea", "amount": "3", "labels": ["ok", 1, "toolong"],
                                "part": {"count": 0, "colour": 1}})");
    const std::vector<NamedText> query{{"max_sise", "1"}, {"is_open", "perhaps"}};
    const auto read =
        read_request<Sample>({.path = {}, .query = query, .headers = {}, .body = &body});
    EXPECT_THAT(
        read.errors,
        ElementsAre(
            "path.sample_id missing: sample_id is required.",
            "query.max_sise unknown_field: max_sise is not a known query parameter; did you mean "
            "'max_size'?",
            "query.is_open bool_type: is_open must be true or false.",
            "body.titel unknown_field: titel is not a known field; did you mean 'title'?",
            "body.amount int_type: amount must be a whole number.",
            "body.labels.1 string_type: labels.1 must be a string.",
            "body.labels.2 too_long: labels.2 must have at most 4 characters.",
            "body.part.count out_of_range: part.count must be at least 1.",
            "body.part.colour unknown_field: part.colour is not a known field.",
            "body.part.part_name missing: part.part_name is required.",
            "body.title missing: title is required."));
}

TEST(ReadInput, takes_either_spelling_of_a_key)
{
    EXPECT_EQ(read_body(R"({"title": "Tea", "long_note": "a"})").value.long_note.value, "a");
    EXPECT_EQ(read_body(R"({"title": "Tea", "longNote": "a"})").value.long_note.value, "a");
    EXPECT_EQ(
        read_body(R"({"title": "Tea", "part": {"partName": "a"}})").value.part.value.part_name,
        "a");
    EXPECT_EQ(read_query({{"max_size", "2"}}).value.max_size, 2);
    EXPECT_EQ(read_query({{"maxSize", "2"}}).value.max_size, 2);
}

TEST(ReadInput, refuses_a_field_in_both_spellings)
{
    EXPECT_THAT(read_body(R"({"title": "Tea", "long_note": "a", "longNote": "a"})").errors,
                ElementsAre("body.longNote repeated: longNote is given twice, in two spellings."));
    EXPECT_THAT(read_body(R"({"title": "Tea", "longNote": null, "long_note": "a"})").errors,
                ElementsAre("body.long_note repeated: long_note is given twice, in two "
                            "spellings."));
}

TEST(ReadInput, takes_keys_as_they_are_spelled_and_in_no_other_case)
{
    EXPECT_THAT(read_body(R"({"Title": "Tea", "title": "Tea"})").errors,
                ElementsAre("body.Title unknown_field: Title is not a known field; did you mean "
                            "'title'?"));
}

TEST(ReadInput, names_the_nearest_field_in_the_spelling_that_is_nearest)
{
    struct Case {
        const char* key;
        const char* said;
    };
    for (const auto& [key, said] : std::initializer_list<Case>{
             {"long_not", "did you mean 'long_note'?"},
             {"longNot", "did you mean 'longNote'?"},
             {"tilte", "did you mean 'title'?"},
             {"note", "did you mean 'long_note'?"},  // a word of its name
             {"LONG", "did you mean 'long_note'?"},
             {"zzzzzzzzzzzz", "is not a known field."},
             {"sample_id", "is not a known field."},  // of the path, and not near any of the body
         }) {
        const auto read = read_body(fmt::format(R"({{"title": "Tea", "{}": 1}})", key));
        ASSERT_EQ(read.errors.size(), 1U) << key;
        EXPECT_THAT(read.errors.front(), ::testing::EndsWith(said));
    }
}

TEST(ReadInput, refuses_a_body_that_is_missing_or_no_object)
{
    const auto none =
        read_request<Sample>({.path = sample_path, .query = {}, .headers = {}, .body = nullptr});
    EXPECT_THAT(none.errors, ElementsAre("body missing: The body is required."));
    for (const auto* json : {"null", "[]", R"("title")", "1", "true"}) {
        EXPECT_THAT(read_body(json).errors,
                    ElementsAre("body object_type: The body must be an object."))
            << json;
    }
}

TEST(ReadInput, tells_missing_from_null)
{
    EXPECT_THAT(read_body("{}").errors, ElementsAre("body.title missing: title is required."));
    EXPECT_THAT(read_body(R"({"title": null})").errors,
                ElementsAre("body.title string_type: title must be a string."));
}

TEST(ReadInput, takes_null_only_where_it_means_something)
{
    for (const auto* key : {"size", "amount", "labels", "part"}) {
        const auto read = read_body(fmt::format(R"({{"title": "Tea", "{}": null}})", key));
        EXPECT_EQ(read.errors.size(), 1U) << key;
    }
    const auto read = read_body(R"({"title": "Tea", "long_note": null})");
    EXPECT_TRUE(read.ok);
    EXPECT_TRUE(read.value.long_note.given);
}

TEST(ReadInput, adds_up_what_repeats_in_a_query)
{
    const auto read = read_query({{"word", "tea"}, {"max_size", "5"}, {"word", "milk"}});
    EXPECT_THAT(read.errors, IsEmpty());
    EXPECT_THAT(read.value.word, ElementsAre("tea", "milk"));
    EXPECT_THAT(read_query({{"word", "a"}, {"word", "b"}, {"word", "c"}}).errors,
                ElementsAre("query.word too_many: word must have at most 2 items."));
}

TEST(ReadInput, refuses_to_choose_between_two_values)
{
    EXPECT_THAT(read_query({{"max_size", "5"}, {"max_size", "5"}}).errors,
                ElementsAre("query.max_size repeated: max_size may be given only once."));
    EXPECT_THAT(read_query({{"max_size", "5"}, {"maxSize", "6"}}).errors,
                ElementsAre("query.maxSize repeated: maxSize may be given only once."));
    EXPECT_THAT(read_headers({{"X-Mood", "good"}, {"x-mood", "bad"}}).errors,
                ElementsAre("header.x-mood repeated: x-mood may be given only once."));
}

TEST(ReadInput, passes_over_query_parameters_that_begin_with_an_underscore)
{
    EXPECT_TRUE(read_query({{"_", "1764000000"}, {"_rsc", "x"}, {"_", "2"}}).ok);
    EXPECT_FALSE(read_query({{"x_", "1"}}).ok);
    EXPECT_FALSE(read_query({{"", "1"}}).ok);
    EXPECT_FALSE(read_body(R"({"title": "Tea", "_rsc": 1})").ok);
}

TEST(ReadInput, takes_headers_by_their_names_in_any_case_and_passes_over_others)
{
    for (const auto* name : {"X-Mood", "x-mood", "X-MOOD"}) {
        EXPECT_EQ(read_headers({{"Accept", "*/*"}, {name, "good"}}).value.mood, "good") << name;
    }
    EXPECT_TRUE(read_headers({{"X-Moods", "good"}}).ok);
}

TEST(ReadInput, passes_over_what_is_unknown_when_told_to)
{
    const auto read = read_body(
        R"({"title": "Tea", "colour": 1, "part": {"part_name": "a", "colour": 1}})", true);
    EXPECT_THAT(read.errors, IsEmpty());
    EXPECT_EQ(read.value.part.value.part_name, "a");
    EXPECT_TRUE(read_query({{"colour", "1"}}, true).ok);
}

TEST(ReadInput, checks_what_is_known_even_when_it_passes_over_the_rest)
{
    EXPECT_FALSE(read_body(R"({"colour": 1})", true).ok);
    EXPECT_FALSE(read_body(R"({"title": "", "colour": 1})", true).ok);
    EXPECT_FALSE(read_body(R"({"title": "Tea", "long_note": "a", "longNote": "a"})", true).ok);
    EXPECT_FALSE(read_query({{"max_size", "0"}}, true).ok);
}

TEST(ReadInput, does_not_mix_up_the_places)
{
    EXPECT_FALSE(read_query({{"title", "Tea"}}).ok);
    EXPECT_FALSE(read_query({{"X-Mood", "good"}}).ok);
    EXPECT_FALSE(read_body(R"({"title": "Tea", "max_size": 1})").ok);
}

TEST(Reader, gives_what_it_has_noted_with_its_place)
{
    Reader reader;
    EXPECT_TRUE(reader.ok());
    reader.enter("body");
    EXPECT_FALSE(reader.fail("a", "is bad."));
    reader.enter("tags");
    reader.enter("2");
    reader.fail("b", "is worse.");
    reader.leave();
    reader.fail("c", "is worst.");
    EXPECT_FALSE(reader.ok());
    EXPECT_EQ(reader.count(), 3U);
    EXPECT_THAT(todod::testing::lines_of(reader.take()),
                ElementsAre("body a: The body is bad.", "body.tags.2 b: tags.2 is worse.",
                            "body.tags c: tags is worst."));
}

TEST(Type, finds_a_field_by_either_spelling_at_its_place)
{
    const Type& type = type_of<Sample>();
    ASSERT_NE(type.find("long_note", Place::body), nullptr);
    EXPECT_EQ(type.find("long_note", Place::body), type.find("longNote", Place::body));
    EXPECT_EQ(type.find("x-mood", Place::header)->name, "X-Mood");
    EXPECT_EQ(type.find("long_note", Place::query), nullptr);
    EXPECT_EQ(type.find("x-mood", Place::query), nullptr);
    EXPECT_EQ(type.find("", Place::body), nullptr);
}

TEST(Type, knows_where_it_has_fields)
{
    for (const Place place : {Place::body, Place::path, Place::query, Place::header}) {
        EXPECT_TRUE(type_of<Sample>().has(place));
    }
    EXPECT_TRUE(type_of<Part>().has(Place::body));
    EXPECT_FALSE(type_of<Part>().has(Place::query));
}

TEST(WriteObject, writes_members_in_their_order_in_each_dialect)
{
    struct Case {
        Dialect dialect;
        const char* json;
    };
    Part part{"a", 2};
    for (const auto& [dialect, json] : std::initializer_list<Case>{
             {Dialect::tool, R"({"part_name":"a","count":2})"},
             {Dialect::scoped, R"({"part_name":"a","count":2})"},
             {Dialect::own, R"({"partName":"a","count":2})"},
         }) {
        std::string out = "before:";
        write_object(&part, type_of<Part>(), out, dialect);
        EXPECT_EQ(out, "before:"s + json);
    }
}

TEST(WriteObject, writes_an_object_without_members)
{
    const Type nothing{"Nothing", "", {}};
    std::string out;
    write_object(nullptr, nothing, out, Dialect::tool);
    EXPECT_EQ(out, "{}");
}

TEST(ObjectSchema, describes_an_input_closed_with_what_is_required)
{
    EXPECT_EQ(object_schema(type_of<Part>(), Dialect::scoped, Place::body, true), parse(R"({
        "type": "object",
        "description": "Of something.",
        "properties": {
            "part_name": {"type": "string", "description": "What it is called."},
            "count": {"type": "integer", "minimum": 1, "description": "How many."}
        },
        "required": ["part_name"],
        "additionalProperties": false
    })"));
}

TEST(ObjectSchema, describes_an_output_open_with_every_member_there)
{
    EXPECT_EQ(object_schema(type_of<Part>(), Dialect::own, Place::body, false), parse(R"({
        "type": "object",
        "description": "Of something.",
        "properties": {
            "partName": {"type": "string", "description": "What it is called."},
            "count": {"type": "integer", "minimum": 1, "description": "How many."}
        },
        "required": ["partName", "count"]
    })"));
}

TEST(ObjectSchema, has_only_the_fields_of_its_place)
{
    const auto query = object_schema(type_of<Sample>(), Dialect::own, Place::query, true);
    EXPECT_EQ(query.at("properties"), parse(R"({
        "word": {"type": "array", "items": {"type": "string"}, "maxItems": 2,
                 "description": "With this word."},
        "maxSize": {"type": "integer", "minimum": 1, "maximum": 100, "description": "At most."},
        "isOpen": {"type": "boolean", "description": "Only open ones."}
    })"));
    EXPECT_FALSE(query.contains("required"));
}

TEST(FieldSchema, has_the_doc_and_the_example)
{
    EXPECT_EQ(field_schema(*type_of<Sample>().find("title", Place::body), Dialect::scoped),
              parse(R"({"type": "string", "minLength": 1, "maxLength": 5,
                        "description": "A title.", "examples": ["Tea"]})"));
}

TEST(Reader, tells_an_agent_of_an_item_in_brackets)
{
    Reader reader{false, Dialect::tool};
    for (const std::string_view step : {"body", "tasks", "2", "title"})
        reader.enter(step);
    reader.fail("missing", "is required.");
    EXPECT_EQ(reader.take().front().msg, "tasks[2].title is required.");
}

TEST(Reader, takes_an_agents_empty_text_for_nothing_where_that_may_be)
{
    Sample sample;
    sample.max_size = 7;
    const auto read = [&](std::string_view json, Dialect dialect) {
        Reader reader{false, dialect};
        reader.enter("body");
        return read_object(parse(json), &sample, type_of<Sample>(), reader);
    };
    EXPECT_TRUE(read(R"({"title": "Tea", "size": "", "long_note": ""})", Dialect::tool));
    EXPECT_FALSE(sample.size.given);
    EXPECT_FALSE(sample.long_note.given);
    EXPECT_FALSE(read(R"({"title": ""})", Dialect::tool));
    EXPECT_FALSE(read(R"({"title": "Tea", "size": ""})", Dialect::scoped));
}

TEST(Reader, notes_so_much_and_no_more)
{
    Reader reader;
    reader.enter("body");
    for (std::size_t i = 0; i < 2 * Reader::max_violations; ++i)
        reader.fail("type", "is wrong.");
    EXPECT_TRUE(reader.is_full());
    EXPECT_EQ(reader.count(), Reader::max_violations);
}

TEST(Reader, repeats_no_more_than_the_beginning_of_a_long_key)
{
    Reader reader;
    reader.enter("body");
    reader.enter("a" + std::string(10'000, 'b'));
    reader.fail("unknown_field", "is not known.");
    const auto violations = reader.take();
    ASSERT_EQ(violations.size(), 1U);
    EXPECT_EQ(violations[0].loc[1].size(), Reader::max_key_bytes);
    EXPECT_LT(violations[0].msg.size(), 2 * Reader::max_key_bytes);
}

}  // namespace
}  // namespace todod::schema
