"""chunked-fcfs: every running request decodes, and prompts are prefilled in the order of
their arrival with what is left of 1,024 tokens a batch (Sarathi-Serve). This is the policy
that scores 0 points. Text lines; see the task's README.md for the messages."""
import podium_channel

BATCH = 1024


class Request:
    __slots__ = "need", "prefilled", "length"

    def __init__(self, prompt):
        self.need = prompt      # tokens to prefill
        self.prefilled = 0      # of them; more than 0: holds need + 1 tokens of memory
        self.length = prompt    # prompt and generated tokens


requests = {}
waiting, running = [], []       # ids: by arrival, and in the order in which they began to run
chunks = []                     # (id, tokens) of the step that was decided last


def end_step(done, preempted, skipped):
    """What became of the step that was decided last."""
    for i in preempted:
        running.remove(i)
        request = requests[i]
        request.need, request.prefilled = request.length, 0
        waiting.append(i)
        waiting.sort()
    for i in running:
        requests[i].length += 1
    for i, tokens in chunks:
        request = requests[i]
        if i not in skipped:
            request.prefilled += tokens
        if request.prefilled == request.need:
            waiting.remove(i)
            running.append(i)
            request.length += 1
    for i in done:
        running.remove(i)
        del requests[i]


def decide(used, capacity):
    chunks.clear()
    tokens = BATCH - len(running)
    room = capacity - used - len(running)
    partial = [i for i in waiting if requests[i].prefilled] if waiting else []
    for i in partial + waiting:
        request = requests[i]
        if tokens <= 0:
            break
        if request.prefilled:
            if i not in partial or (chunks and any(i == other for other, _ in chunks)):
                continue
        elif request.need + 1 > room:
            break
        else:
            room -= request.need + 1
        chunk = min(tokens, request.need - request.prefilled)
        chunks.append((i, chunk))
        tokens -= chunk


def main():
    channel = podium_channel.Text()
    news = {}
    for name, numbers in channel:
        if name == "HELLO":
            channel.ready()
        elif name == "RUN":
            requests.clear()
            waiting.clear()
            running.clear()
            chunks.clear()
            channel.answer("BEGIN", *numbers)
        elif name == "STEP":
            end_step(news.pop("DONE", ()), news.pop("PREEMPTED", ()), news.pop("SKIPPED", ()))
            for arrival in news.pop("ARRIVAL", ()):
                waiting.append(arrival)
            _, used, capacity = numbers
            decide(used, capacity)
            if chunks:
                channel.say("PREFILL", len(chunks), *(n for chunk in chunks for n in chunk))
            channel.answer("ACT", 1)
        elif name == "ARRIVAL":
            # arrival_us timeout_us id app kind prompt ttft_us tpot_us
            for at in range(1, len(numbers), 8):
                requests[numbers[at + 2]] = Request(numbers[at + 5])
            news[name] = numbers[3::8]
        else:
            news[name] = numbers[1:]


main()
