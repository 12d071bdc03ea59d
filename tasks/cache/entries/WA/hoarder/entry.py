"""Wrong answer: admits everything and evicts nothing, until it does not fit."""
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
        channel.answer("ACT", (1, 0))
