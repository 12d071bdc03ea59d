"""Wrong answer: victims without end and no ACT."""
import struct
import os
import sys

sys.path.insert(0, os.environ["PODIUM_SDK"])
import podium_channel

REQUEST = "QIIQ"
channel = podium_channel.Binary(HELLO=(1, "IIQ"), STEP=(16, REQUEST), PART=(17, REQUEST),
                                VICTIM=(18, "Q"), ACT=(19, "II"))
for name, records in channel:
    if name == "HELLO":
        channel.ready()
    elif name == "STEP":
        while True:
            os.write(1, struct.pack("<IHH8191Q", 8 * 8191, 18, 8191, *range(8191)))
