#include "assistant/builtin/phrases/english.hpp"

namespace todod::assistant::builtin::phrases {

namespace {

using enum Intent;

constexpr auto start = PhraseCue::Place::start;
constexpr auto early = PhraseCue::Place::early;
constexpr auto anywhere = PhraseCue::Place::anywhere;

constexpr PhraseCue cues[] = {
    {list, Class::wh, start, .3},           {list, Class::be, start, .3},
    {list, Class::have, start, .3},         {list, Class::any, start, .3},
    {list, Class::how, start, .15},         {list, Class::show, early, .3},
    {list, Class::all, early, .1},          {list, Class::list, anywhere, .25},
    {list, Class::calendar, anywhere, .25}, {list, Class::reminder, anywhere, .25},
    {list, Class::task, anywhere, .2},      {list, Class::event, anywhere, .2},
    {list, Class::plural, anywhere, .1},    {list, Class::time, anywhere, .15},
    {list, Class::foreign, anywhere, -.2},  {add, Class::add, early, .3},
    {add, Class::create, early, .25},       {add, Class::put, early, .25},
    {add, Class::remind, anywhere, .35},    {add, Class::remember, anywhere, .25},
    {add, Class::need, early, .1},          {add, Class::list, anywhere, .25},
    {add, Class::calendar, anywhere, .25},  {add, Class::reminder, anywhere, .25},
    {add, Class::event, anywhere, .2},      {add, Class::time, anywhere, .15},
    {add, Class::wh, start, -.3},           {add, Class::be, start, -.3},
    {add, Class::have, start, -.3},         {add, Class::how, anywhere, -.3},
    {add, Class::remove, anywhere, -.5},    {add, Class::clear, anywhere, -.5},
    {add, Class::foreign, anywhere, -.2},
};

}  // namespace

std::span<const PhraseCue> english_cues()
{
    return cues;
}

}  // namespace todod::assistant::builtin::phrases
