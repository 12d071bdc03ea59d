"""chunked-fcfs: every running request decodes, and prompts are prefilled in the order of
their arrival with what is left of 1,024 tokens a batch (Sarathi-Serve). This is the policy
that scores 0 points. Text lines; see the task's README.md for the messages."""
import bisect
import os
import sys

sys.path.insert(0, os.environ["PODIUM_SDK"])

import podium_channel

BATCH = 1024


class Request:
    __slots__ = "need", "prefilled", "length"

    def __init__(self, prompt):
        self.need = prompt      # tokens to prefill
        self.prefilled = 0      # of them
        self.length = prompt    # prompt and generated tokens


requests = {}
waiting = []    # ids that hold no memory, by arrival
partial = []    # ids that have the memory of need + 1 tokens and wait for more chunks
running = []
chunks = []     # (id, tokens) of the step that was decided last


def end_step(done, preempted):
    """What became of the step that was decided last. Nothing was skipped: all did fit."""
    for i in preempted:
        running.remove(i)
        request = requests[i]
        request.need, request.prefilled = request.length, 0
        bisect.insort(waiting, i)
    for i in running:
        requests[i].length += 1
    for i, tokens in chunks:
        request = requests[i]
        request.prefilled += tokens
        if request.prefilled == request.need:
            request.length += 1
            partial.remove(i)
            running.append(i)
    for i in done:
        running.remove(i)
        del requests[i]


def decide(used, capacity):
    tokens = BATCH - len(running)
    room = capacity - used - len(running)
    chunks.clear()
    while waiting and tokens > sum(requests[i].need - requests[i].prefilled for i in partial):
        need = requests[waiting[0]].need
        if need + 1 > room:
            break
        room -= need + 1
        bisect.insort(partial, waiting.pop(0))
    for i in partial:
        if tokens > 0:
            chunk = min(tokens, requests[i].need - requests[i].prefilled)
            chunks.append((i, chunk))
            tokens -= chunk


def step(channel, news, used, capacity):
    end_step(news.pop("DONE", ()), news.pop("PREEMPTED", ()))
    waiting.extend(news.pop("ARRIVAL", ()))
    decide(used, capacity)
    if chunks:
        channel.say("PREFILL", len(chunks), *(n for chunk in chunks for n in chunk))
    channel.answer("ACT", 1)


def main():
    channel = podium_channel.Text()
    news = {}
    for name, numbers in channel:
        if name == "HELLO":
            channel.ready()
        elif name == "RUN":
            for state in (requests, waiting, partial, running, chunks, news):
                state.clear()
            channel.answer("BEGIN", *numbers)
        elif name == "ARRIVAL":
            # Each: arrival_us timeout_us id app kind prompt ttft_us tpot_us
            news[name] = numbers[3::8]
            for i, prompt in zip(numbers[3::8], numbers[6::8]):
                requests[i] = Request(prompt)
        elif name == "STEP":
            _, used, capacity = numbers
            step(channel, news, used, capacity)
        else:
            news[name] = numbers[1:]


main()
