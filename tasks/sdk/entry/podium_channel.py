"""podium_channel: speak with the environment of an interactive task.

Text, for an entry whose entry.json says "protocol": "text":

    import podium_channel
    channel = podium_channel.Text()
    for name, numbers in channel:
        if name == "HELLO":
            channel.ready()
        elif name == "STEP":
            channel.say("VICTIM", 2, 17, 23)    # a list says its length first
            channel.answer("ACT", 1, 0)

`numbers` are the fields of all records in order, and before them the number of records where
the message is a list. Binary frames are about twice as fast; the task's README has the number
of each message and its record in the letters of `struct`:

    channel = podium_channel.Binary(STEP=(16, "QIIQ"), VICTIM=(17, "Q"), ACT=(18, "II"))
    for name, records in channel:               # a list of tuples
        ...
        channel.say("VICTIM", (17,), (23,))
        channel.answer("ACT", (1, 0))

The loop ends at END. Print to standard error only: standard output is the environment's.

SPDX-License-Identifier: MIT. Copy it, change it, ship it with your entry.
"""
import os
import struct


def number(word):
    return float(word) if b"." in word or b"e" in word or b"n" in word else int(word)


def write_all(data):
    while data:
        data = data[os.write(1, data):]


class Text:
    def __init__(self):
        self.out = []

    def __iter__(self):
        rest = b""
        while True:
            data = os.read(0, 65536)
            if not data:
                raise EOFError("the environment left without END")
            lines = (rest + data).split(b"\n")
            rest = lines.pop()
            for line in lines:
                name, *words = line.split()
                if name == b"END":
                    return
                try:
                    numbers = list(map(int, words))
                except ValueError:
                    numbers = list(map(number, words))
                yield name.decode(), numbers

    def say(self, name, *numbers):
        self.out.append(" ".join((name, *map(str, numbers))))

    def answer(self, name, *numbers):
        self.say(name, *numbers)
        self.out.append("")
        write_all("\n".join(self.out).encode())
        self.out.clear()

    def ready(self):
        self.answer("READY")


class Binary:
    HEAD = struct.Struct("<IHH")

    def __init__(self, **messages):
        """Name = (number, format of a record); HELLO's number is 1."""
        self.messages = {"READY": (2, struct.Struct("")), "END": (3, struct.Struct(""))}
        for name, (type, format) in messages.items():
            self.messages[name] = type, struct.Struct("<" + format)
        self.names = {type: (name, record)
                      for name, (type, record) in self.messages.items()}
        self.out = b""

    def __iter__(self):
        data, at = b"", 0
        while True:
            while len(data) - at < 8 or len(data) - at < 8 + self.HEAD.unpack_from(data, at)[0]:
                more = os.read(0, 65536)
                if not more:
                    raise EOFError("the environment left without END")
                data, at = data[at:] + more, 0
            body, type, count = self.HEAD.unpack_from(data, at)
            at += 8
            if type not in self.names:
                raise ValueError(f"a message of type {type} came, and Binary was told of none")
            name, record = self.names[type]
            if name == "END":
                return
            if body != count * record.size:
                raise ValueError(f"{name}: {count} records in {body} bytes, and the format "
                                 f"says {record.size} for each")
            records = [record.unpack_from(data, at + i * record.size) for i in range(count)]
            at += body
            yield name, records

    def say(self, name, *records):
        type, record = self.messages[name]
        self.out += self.HEAD.pack(record.size * len(records), type, len(records))
        for one in records:
            self.out += record.pack(*one)

    def answer(self, name, *records):
        self.say(name, *records)
        write_all(self.out)
        self.out = b""

    def ready(self):
        self.answer("READY")
