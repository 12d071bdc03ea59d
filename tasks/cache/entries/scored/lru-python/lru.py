"""lru-python: admit everything, evict what was asked least recently; binary frames."""
import collections
import os
import sys

sys.path.insert(0, os.environ["PODIUM_SDK"])
import podium_channel

HIT = 1
REQUEST = "QIIQ"  # id, size, flags, time in ms

channel = podium_channel.Binary(HELLO=(1, "IIQ"), STEP=(16, REQUEST), PART=(17, REQUEST),
                                VICTIM=(18, "Q"), ACT=(19, "II"))
sizes = collections.OrderedDict()  # of the residents, the oldest first
capacity = used = 0

for name, records in channel:
    if name == "HELLO":
        capacity = records[0][2]
        channel.ready()
        continue
    for id, size, flags, time_ms in records:
        if flags & HIT:
            sizes.move_to_end(id)
    if name == "STEP":  # its last request is the miss to decide
        victims = []
        while used + size > capacity:
            victim, freed = sizes.popitem(last=False)
            victims.append((victim,))
            used -= freed
        sizes[id] = size
        used += size
        channel.say("VICTIM", *victims)
        channel.answer("ACT", (1, 0))
