# cmake -DIN=policy.json -DOUT=default_policy.h -P embed.cmake: the file's bytes as a C array,
# and as C tables what policy_json.c reads from it, which would cost more at each start than
# all else that loading a policy does. test_podbox_policy holds the tables against the text.
file(READ ${IN} text)
file(READ ${IN} bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\\1\n" bytes "${bytes}")

# The value of a key, or `otherwise` if it is not there.
function(get result object key otherwise)
  string(JSON value ERROR_VARIABLE missing GET "${object}" ${key})
  if(missing)
    set(value "${otherwise}")
  endif()
  set(${result} "${value}" PARENT_SCOPE)
endfunction()

function(count result object)
  string(JSON length ERROR_VARIABLE missing LENGTH "${object}" ${ARGN})
  if(missing)
    set(length 0)
  endif()
  set(${result} ${length} PARENT_SCOPE)
endfunction()

# SCMP_ACT_KILL_PROCESS is SB__KILL, SCMP_CMP_EQ is SB__EQ; an unknown word does not compile.
function(get_word result object key)
  string(JSON word GET "${object}" ${key})
  string(REGEX REPLACE "^SCMP_(ACT|CMP)_" "SB__" word "${word}")
  string(REPLACE "KILL_PROCESS" "KILL" word "${word}")
  set(${result} ${word} PARENT_SCOPE)
endfunction()

# The initialiser of a rule's arguments; nothing if it has none.
function(get_args result rule)
  set(args "")
  count(length "${rule}" args)
  if(length GREATER 0)
    math(EXPR last "${length} - 1")
    foreach(i RANGE ${last})
      string(JSON arg GET "${rule}" args ${i})
      string(JSON index GET "${arg}" index)
      string(JSON value GET "${arg}" value)
      get(datum "${arg}" valueTwo 0)
      get_word(compare "${arg}" op)
      string(APPEND args "{${index}, ${compare}, (uint64_t)${value}ll, (uint64_t)${datum}ll},")
    endforeach()
    set(args ", .arg_count = ${length}, .args = {${args}}")
  endif()
  set(${result} "${args}" PARENT_SCOPE)
endfunction()

set(rules "")
set(calls "")
count(rule_count "${text}" syscalls)
math(EXPR last "${rule_count} - 1")
foreach(i RANGE ${last})
  string(JSON rule GET "${text}" syscalls ${i})
  get_word(action "${rule}" action)
  get(number "${rule}" errnoRet EPERM)
  get(quiet "${rule}" quiet OFF)
  get_args(args "${rule}")
  if(quiet)
    string(APPEND args ", .is_quiet = true")
  endif()
  string(APPEND rules "    {.action = ${action}, .number = ${number}${args}},\n")
  count(name_count "${rule}" names)
  math(EXPR last_name "${name_count} - 1")
  foreach(n RANGE ${last_name})
    string(JSON name GET "${rule}" names ${n})
    string(APPEND calls "    {\"${name}\", ${i}},\n")
  endforeach()
endforeach()
get_word(action "${text}" defaultAction)
get(number "${text}" defaultErrnoRet EPERM)

file(WRITE ${OUT} "/* made from policy/default.json */
static const char sb__default_policy[] = {\n${bytes}0};
static const struct sb__rule sb__default_fallback = {.action = ${action},
                                                    .number = ${number}};
static const struct sb__rule sb__default_rules[] = {\n${rules}};
static const struct sb__named_call sb__default_calls[] = {\n${calls}};\n")
