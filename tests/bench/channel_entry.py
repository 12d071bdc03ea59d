"""The entry of bench_channel in Python: its decision is the first field."""
import sys

import podium_channel

if sys.argv[1] == "text":
    channel = podium_channel.Text()
    for name, numbers in channel:
        if name == "HELLO":
            channel.ready()
        else:
            channel.answer("ACT", numbers[0])
else:
    channel = podium_channel.Binary(HELLO=(1, "Q"), STEP=(16, "8Q"), ACT=(17, "Q"))
    for name, records in channel:
        if name == "HELLO":
            channel.ready()
        else:
            channel.answer("ACT", (records[0][0],))
