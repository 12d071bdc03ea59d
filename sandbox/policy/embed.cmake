# cmake -DIN=policy.json -DOUT=default_policy.h -P embed.cmake: the file's bytes as a C array.
file(READ ${IN} bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\\1\n" bytes "${bytes}")
file(WRITE ${OUT} "/* made from policy/default.json */\n"
                  "static const char sb__default_policy[] = {\n${bytes}0};\n")
