"""lru-text: admit everything, evict what was asked least recently; lines of text."""
import collections
import os
import sys

sys.path.insert(0, os.environ["PODIUM_SDK"])
import podium_channel

HIT = 1

channel = podium_channel.Text()
sizes = collections.OrderedDict()  # of the residents, the oldest first
capacity = used = 0

for name, numbers in channel:
    if name == "HELLO":
        kind, is_unit, capacity = numbers
        channel.ready()
        continue
    requests = iter(numbers[1:])  # numbers[0] says how many
    for id, size, flags, time_ms in zip(requests, requests, requests, requests):
        if flags & HIT:
            sizes.move_to_end(id)
    if name == "STEP":  # its last request is the miss to decide
        victims = []
        while used + size > capacity:
            victim, freed = sizes.popitem(last=False)
            victims.append(victim)
            used -= freed
        sizes[id] = size
        used += size
        channel.say("VICTIM", len(victims), *victims)
        channel.answer("ACT", 1, 0)
