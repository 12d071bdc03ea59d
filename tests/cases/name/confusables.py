#!/usr/bin/env python3
"""Writes src/model/confusable.def: letters and digits that look like one or two of ASCII, by
the table of UTS #39 (confusables.txt), as ICU 72 carries it, of Unicode 15.0; Debian's
libicu72 is enough. Left out is what lookalike.c comes to without a table: what Unicode
decomposes, and case. usage: confusables.py >src/model/confusable.def"""
import ctypes
import unicodedata

SCRIPTS = {"LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "COPTIC", "CHEROKEE", "LISU", "GEORGIAN",
           "DESERET"}
MERGED = str.maketrans("i10", "llo")

icu = ctypes.CDLL("libicui18n.so.72")
icu.uspoof_open_72.restype = ctypes.c_void_p
checker = ctypes.c_void_p(icu.uspoof_open_72(ctypes.byref(ctypes.c_int(0))))


def skeleton(text):
    out = ctypes.create_string_buffer(256)
    error = ctypes.c_int(0)
    data = text.encode()
    length = icu.uspoof_getSkeletonUTF8_72(checker, 0, data, len(data), out, len(out),
                                           ctypes.byref(error))
    assert error.value <= 0, error.value
    return out.raw[:length].decode()


def strip(text):
    text = unicodedata.normalize("NFKD", text)
    return "".join(c for c in text if not unicodedata.category(c).startswith("M"))


def fold(text):
    return strip(strip(text).casefold()).translate(MERGED)


def is_looked_at(c):
    return (unicodedata.category(c)[0] in "LN" and strip(c) == c and
            unicodedata.name(c, "?").split()[0] in SCRIPTS)


found = []
for point in [*range(0x80, 0xd800), *range(0xe000, 0x20000)]:
    letters = fold(skeleton(chr(point))) if is_looked_at(chr(point)) else ""
    if letters.isascii() and letters.isalnum() and len(letters) <= 2 and \
            letters != fold(chr(point)):
        found.append(f'C(0x{point:04x}, "{letters}")')
print("/* Made by tests/cases/name/confusables.py from the data of UTS #39, Unicode 15.0. In order.")
print(" * C(point, what it looks like; l is i, l and 1, o is o and 0) */")
print("/* clang-format off */")
for at in range(0, len(found), 5):
    print(" ".join(found[at:at + 5]))
