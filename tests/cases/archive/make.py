#!/usr/bin/env python3
"""Archives, good, odd and hostile, each made by a function here, by Python's own tarfile and
zipfile or by hand. usage: make.py NAME... (into the current folder) | make.py --list"""
import bz2
import io
import lzma
import random
import stat
import struct
import sys
import tarfile
import zipfile
import zlib

MIB = 1 << 20
ENTRY = (b'{"schema": "podium.entry/1", "name": "a", "team": "b",\n'
         b' "tasks": {"tile": {"run": ["./run.sh"]}}}\n')
RUN = b"#!/bin/sh\nexit 0\n"
MAKERS = {}


def archive(name):
    """The function that follows writes the bytes of the archive `name`."""
    def note(function):
        MAKERS[name] = function
        return function
    return note


# tar


def info(name, **kw):
    item = tarfile.TarInfo(name)
    for key, value in kw.items():
        setattr(item, key, value)
    return item


def tar(*items, form=tarfile.PAX_FORMAT, mode="w:"):
    """Items are (name, bytes) or (name, bytes, {attribute: value})."""
    out = io.BytesIO()
    with tarfile.open(mode=mode, fileobj=out, format=form) as file:
        for name, data, *kw in items:
            item = info(name, size=len(data), **(kw[0] if kw else {}))
            file.addfile(item, io.BytesIO(data))
    return out.getvalue()


def entry(prefix=""):
    return [(prefix + "entry.json", ENTRY), (prefix + "run.sh", RUN, {"mode": 0o755}),
            (prefix + "lib/deep/data.bin", bytes(range(256)) * 40)]


def good(form=tarfile.PAX_FORMAT, mode="w:", prefix=""):
    return tar(*entry(prefix), form=form, mode=mode)


def zstd(*blocks, window=0x58, checksum=False):
    """RFC 8878 by hand: each block is bytes (raw) or (byte, count), a run."""
    out = b"\x28\xb5\x2f\xfd" + bytes([0, window])
    flat = []
    for block in blocks:
        if isinstance(block, tuple):
            byte, count = block
            flat += [(1, byte, min(count - at, 131072)) for at in range(0, count, 131072)]
        else:
            flat += [(0, block[at:at + 131072], len(block[at:at + 131072]))
                     for at in range(0, len(block), 131072)]
    parts = [out]
    for number, (kind, data, size) in enumerate(flat):
        last = number == len(flat) - 1
        parts += [struct.pack("<I", size << 3 | kind << 1 | last)[:3], data]
    return b"".join(parts)


for form_name, form in (("ustar", tarfile.USTAR_FORMAT), ("pax", tarfile.PAX_FORMAT),
                        ("gnu", tarfile.GNU_FORMAT)):
    archive(f"good-{form_name}.tar")(lambda form=form: good(form))
archive("good.tar.gz")(lambda: good(mode="w:gz"))
archive("good.tar.bz2")(lambda: good(mode="w:bz2"))
archive("good.tar.xz")(lambda: good(mode="w:xz"))
archive("good.tar.zst")(lambda: zstd(good()))
archive("good-xz9.tar.xz")(lambda: lzma.compress(good(), preset=9))
archive("good-folder.tar.gz")(lambda: good(mode="w:gz", prefix="submission/"))
archive("good-same-name.tar.gz")(lambda: tar(
    *entry("lib/"), mode="w:gz"))
archive("good-dot.tar.gz")(lambda: tar(
    (".", b"", {"type": tarfile.DIRTYPE}), *entry("./"),
    ("./empty", b"", {"type": tarfile.DIRTYPE}), mode="w:gz"))
archive("good-long.tar")(lambda: tar(
    *entry(), ("x" * 200 + "/" + "y" * 200, b"long"), form=tarfile.GNU_FORMAT))
archive("good-utf8.tar")(lambda: tar(*entry(), ("d\u00e9j\u00e0/\u65e5\u672c", b"x")))
archive("good-nested.tar")(lambda: tar(*entry(), ("inner.tar.gz", good(mode="w:gz"))))
archive("good-mode.tar")(lambda: tar(
    *entry(), ("su", b"x", {"mode": 0o6755, "uid": 0}), ("none", b"x", {"mode": 0})))
archive("zeros-12m.tar.gz")(lambda: tar(*entry(), ("zeros", bytes(12 * MIB)), mode="w:gz"))

archive("dotdot.tar")(lambda: tar(*entry(), ("../esc", b"x")))
archive("dotdot-deep.tar")(lambda: tar(*entry(), ("a/../../esc", b"x")))
archive("absolute.tar")(lambda: tar(*entry(), ("/tmp/esc", b"x")))
archive("backslash.tar")(lambda: tar(*entry(), ("..\\esc", b"x")))
archive("dot-inside.tar")(lambda: tar(*entry(), ("a/./b", b"x")))
archive("empty-part.tar")(lambda: tar(*entry(), ("a//b", b"x")))
archive("latin1.tar")(lambda: tar(
    *entry(), ("caf\udce9", b"x"), form=tarfile.USTAR_FORMAT))
archive("newline.tar")(lambda: tar(*entry(), ("a\nb", b"x")))
archive("override.tar")(lambda: tar(*entry(), ("a\u202eb", b"x")))
archive("zero-width.tar")(lambda: tar(*entry(), ("a\u200bb", b"x")))
archive("symlink.tar")(lambda: tar(
    *entry(), ("l", b"", {"type": tarfile.SYMTYPE, "linkname": "/etc"}), ("l/esc", b"x")))
archive("symlink-inside.tar")(lambda: tar(
    *entry(), ("l", b"", {"type": tarfile.SYMTYPE, "linkname": "run.sh"})))
archive("hardlink.tar")(lambda: tar(
    *entry(), ("h", b"", {"type": tarfile.LNKTYPE, "linkname": "run.sh"})))
archive("hardlink-out.tar")(lambda: tar(
    *entry(), ("h", b"", {"type": tarfile.LNKTYPE, "linkname": "../victim"}),
    ("h", b"OVERWRITTEN")))
archive("device.tar")(lambda: tar(
    *entry(), ("d", b"", {"type": tarfile.CHRTYPE, "devmajor": 1, "devminor": 3})))
archive("fifo.tar")(lambda: tar(*entry(), ("p", b"", {"type": tarfile.FIFOTYPE})))
archive("twice.tar")(lambda: tar(*entry(), ("run.sh", b"other")))
archive("file-then-folder.tar")(lambda: tar(*entry(), ("d", b"x"), ("d/e", b"y")))
archive("folder-then-file.tar")(lambda: tar(*entry(), ("d/e", b"y"), ("d", b"x")))
archive("deep.tar.gz")(lambda: tar(*entry(), ("d/" * 40 + "f", b"x"), mode="w:gz"))
archive("deep-bomb.tar.gz")(lambda: tar(*entry(), ("d/" * 400000 + "f", b"x"), mode="w:gz"))
archive("long-path.tar.gz")(lambda: tar(*entry(), ("d" * 200 + ("/" + "e" * 200) * 6, b"x")))
archive("long-part.tar")(lambda: tar(*entry(), ("d" * 256, b"x")))
archive("no-entry.tar")(lambda: tar(("readme", b"x")))
archive("entry-too-low.tar")(lambda: tar(*entry("a/b/")))
archive("entry-beside.tar")(lambda: tar(*entry("sub/"), ("__MACOSX/._x", b"x")))
archive("entry-folder.tar")(lambda: tar(("entry.json/x", b"x")))
archive("twice-packed.tar.gz.gz")(lambda: gzip(gzip(good())))
archive("tail.tar")(lambda: good() + b"more")
archive("tail-zeros.tar.gz")(lambda: gzip(good() + bytes(2 * MIB)))
archive("tail.tar.gz")(lambda: good(mode="w:gz") + b"garbage")
archive("tail.tar.xz")(lambda: good(mode="w:xz") + b"garbage")
archive("two-tars.tar")(lambda: good() + good())
archive("no-end.tar")(lambda: unended(good()))
archive("empty")(lambda: b"")
archive("text.gz")(lambda: gzip(b"hello world\n" * 1000))
archive("text")(lambda: b"hello world\n" * 1000)
archive("png")(lambda: b"\x89PNG\r\n\x1a\n" + bytes(100))


def gzip(data, level=9):
    packer = zlib.compressobj(level, zlib.DEFLATED, 31)
    return packer.compress(data) + packer.flush()


def unended(data):
    """Without the blocks of zeros at its end."""
    return data.rstrip(b"\0") + bytes(-len(data.rstrip(b"\0")) % 512)


def holes(size, data, at):
    """pax, GNU.sparse 1.0: the map is the head of the member's bytes."""
    table = f"1\n{at}\n{len(data)}\n".encode()
    return ("GNUSparseFile.0/holes", table + bytes(512 - len(table)) + data, {
        "pax_headers": {"GNU.sparse.major": "1", "GNU.sparse.minor": "0",
                        "GNU.sparse.name": "holes", "GNU.sparse.realsize": str(size)}})


archive("sparse.tar")(lambda: tar(*entry(), holes(700 * MIB, b"x" * 512, 600 * MIB)))
archive("good-sparse.tar")(lambda: tar(*entry(), holes(MIB, b"x" * 512, 512 * 1024)))


# Bombs


def header(name, size):
    return info(name, size=size).tobuf(tarfile.GNU_FORMAT)


def start():
    """A whole entry without the end of its tar."""
    return unended(good())


def deflate_zeros(total):
    """Raw deflate of zeros: 64 MiB packed once, that piece again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = packer.compress(bytes(64 * MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return piece * (total // (64 * MIB))


def gzip_bomb(head, total):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    end = b"\x03\x00" + struct.pack("<II", 0, 0)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + first + deflate_zeros(total) + end


def piled(pack, count=14, size=64 * MIB):
    """Members of 64 MiB of zeros, each below every cap, in streams one behind the other."""
    zeros = pack(bytes(size))
    return pack(start()) + b"".join(pack(header(f"f{i}", size)) + zeros for i in range(count))


archive("bomb-10g.tar.gz")(lambda: gzip_bomb(start() + header("z", 10240 * MIB), 10240 * MIB))
archive("bomb-900m.tar.gz")(lambda: gzip_bomb(start() + header("z", 896 * MIB), 896 * MIB))
archive("bomb-piled.tar.gz")(lambda: piled(gzip))
archive("bomb-piled.tar.bz2")(lambda: piled(bz2.compress))
archive("bomb-piled.tar.xz")(lambda: piled(lzma.compress))
archive("bomb-piled-xz9.tar.xz")(lambda: piled(lambda data: lzma.compress(data, preset=9)))
archive("bomb-piled.tar.zst")(lambda: zstd(start(), *sum(
    ([header(f"f{i}", 64 * MIB), (b"\0", 64 * MIB)] for i in range(14)), [])))
archive("bomb-window.tar.zst")(lambda: zstd(
    start(), (b"\0", 64 * MIB), window=21 << 3))
archive("bomb-tail.tar.gz")(lambda: gzip_bomb(good(), 1024 * MIB))
archive("bomb-nothing.tar.gz.gz")(lambda: gzip(good(mode="w:gz") + gzip(b"") * 4000000, 6))
archive("bomb-gzip-members.tar.gz")(lambda: gzip(start()) + gzip(b"") * 500000)


def noise(size):
    return random.Random(1).randbytes(size)


@archive("bomb-credit.tar.gz")
def credit():
    """4 MiB that do not pack, so that a ratio over the whole would allow 400 MiB."""
    head = start() + header("noise", 4 * MIB) + noise(4 * MIB)
    return gzip(head, 1) + b"".join(
        gzip(header(f"f{i}", 64 * MIB)) + gzip(bytes(64 * MIB)) for i in range(4))


@archive("bomb-late.tar.xz")
def late():
    """What does not pack comes last, so that the rest of the file looks worth its claim; and
    the window of xz -9 takes as much memory as the file."""
    return lzma.compress(start() + header("z", 64 * MIB) + bytes(64 * MIB) +
                         header("noise", MIB) + noise(MIB), preset=9)


@archive("bomb-dictionary.tar.xz")
def dictionary():
    """The dictionary's size in the block header set to 1.5 GiB."""
    data = bytearray(lzma.compress(good() + bytes(4 * MIB), preset=6))
    size = (data[12] + 1) * 4
    at = data.index(b"\x21\x01", 12) + 2
    data[at] = 37
    data[12 + size - 4:12 + size] = struct.pack("<I", zlib.crc32(data[12:12 + size - 4]))
    return bytes(data)


@archive("many.tar.gz")
def many():
    """A million empty files."""
    blocks = b"".join(header(f"{i:07}", 0) for i in range(25000))
    return gzip(start()) + gzip(blocks) * 40


@archive("many.zip")
def many_zip():
    return zipped(*[(f"{i:06}", b"") for i in range(60000)])


# zip


def zipped(*items, method=zipfile.ZIP_DEFLATED, comment=b""):
    """Items are (name, bytes) or (name, bytes, mode)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, data, *mode in items:
            item = zipfile.ZipInfo(name)
            item.create_system = 3
            item.compress_type = method
            item.external_attr = (mode[0] if mode else 0o100644) << 16
            file.writestr(item, data)
        file.comment = comment
    return out.getvalue()


def zip_entry(prefix=""):
    return [(prefix + "entry.json", ENTRY), (prefix + "run.sh", RUN, 0o100755),
            (prefix + "lib/deep/data.bin", bytes(range(256)) * 40)]


archive("good.zip")(lambda: zipped(*zip_entry()))
archive("good-stored.zip")(lambda: zipped(*zip_entry(), method=zipfile.ZIP_STORED))
archive("good-folder.zip")(lambda: zipped(("s/", b"", 0o40755), *zip_entry("s/")))
archive("good-comment.zip")(lambda: zipped(*zip_entry(), comment=b"0" * 40))
archive("dotdot.zip")(lambda: zipped(*zip_entry(), ("../esc", b"x")))
archive("backslash.zip")(lambda: zipped(*zip_entry(), ("..\\esc", b"x")))
archive("symlink.zip")(lambda: zipped(*zip_entry(), ("l", b"/etc", 0o120777)))
archive("bzip2.zip")(lambda: zipped(*zip_entry(), method=zipfile.ZIP_BZIP2))
archive("lzma.zip")(lambda: zipped(*zip_entry(), method=zipfile.ZIP_LZMA))
archive("tail.zip")(lambda: zipped(*zip_entry()) + b"garbage")
archive("cut.zip")(lambda: zipped(*zip_entry())[:-30])
archive("twice.zip")(lambda: zipped(*zip_entry(), ("run.sh", b"other")))


@archive("encrypted.zip")
def encrypted():
    data = bytearray(zipped(*zip_entry()))
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    return bytes(data)


@archive("bomb-10g.zip")
def bomb_zip():
    """One member of 10 GiB, declared."""
    return one_zip(deflate_zeros(10240 * MIB) + b"\x03\x00", 4096 * MIB - 2)


@archive("bomb-liar.zip")
def bomb_liar():
    """One member of 1 GiB that says it has 1000 bytes."""
    return one_zip(deflate_zeros(1024 * MIB) + b"\x03\x00", 1000)


def one_zip(packed, size):
    parts = (20, 0, 8, 0, 33, 0, len(packed), size, 1, 0)
    local = b"PK\3\4" + struct.pack("<HHHHHIIIHH", *parts) + b"z"
    central = (b"PK\1\2" + struct.pack("<HHHHHHIIIHHHHHII", 0x314, *parts, 0, 0, 0,
                                       (stat.S_IFREG | 0o644) << 16, 0) + b"z")
    end = struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local) + len(packed), 0)
    return local + packed + central + b"PK\5\6" + end


@archive("bomb-overlap.zip")
def overlap():
    """Members that share their bytes: each is stored from its header to the end of all."""
    count, size = 250, MIB
    local, central = b"", b""
    for i in range(count):
        length = size + (count - 1 - i) * 33
        name = f"{i:03}".encode()
        parts = (20, 0, 0, 0, 33, 0, length, length, 3, 0)
        central += (b"PK\1\2" + struct.pack("<HHHHHHIIIHHHHHII", 0x314, *parts, 0, 0, 0,
                                             (stat.S_IFREG | 0o644) << 16, len(local)) + name)
        local += b"PK\3\4" + struct.pack("<HHHHHIIIHH", *parts) + name
    local += bytes(size)
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(central), len(local), 0)
    return local + central + b"PK\5\6" + end


@archive("bomb-nested.zip")
def nested():
    """42.zip's shape: zips in zips, which nobody unpacks."""
    inner = zipped(("zeros", bytes(64 * MIB)))
    for _ in range(4):
        inner = zipped(*[(f"lib {i}.zip", inner) for i in range(16)])
    return inner


def main():
    if sys.argv[1:] == ["--list"]:
        print("\n".join(MAKERS))
    for name in sys.argv[1:]:
        if name != "--list":
            with open(name, "wb") as file:
                file.write(MAKERS[name]())


main()
