"""Wrong answer: a frame whose count of records is not that of its body."""
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
        os.write(1, struct.pack("<IHHQ", 8, 18, 2, 0))
