"""Time limit: one answer comes after the second that it may take."""
import time
import os
import sys

sys.path.insert(0, os.environ["PODIUM_SDK"])
import podium_channel

REQUEST = "QIIQ"
channel = podium_channel.Binary(HELLO=(1, "IIQ"), STEP=(16, REQUEST), PART=(17, REQUEST),
                                VICTIM=(18, "Q"), ACT=(19, "II"))
steps = 0
for name, records in channel:
    if name == "HELLO":
        channel.ready()
    elif name == "STEP":
        steps += 1
        if steps == 100:
            time.sleep(5)
        channel.answer("ACT", (0, 0))
