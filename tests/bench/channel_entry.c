/* The entry of bench_channel: its decision is the first field. `bare`: read and write only.
 */
#include "sdk/entry/podium_channel.h"

enum { STEP = 16, ACT = 17 };

static int play_bare(void)
{
    uint64_t fields[8];
    while (read(0, fields, sizeof fields) == sizeof fields)
        if (write(1, fields, sizeof fields[0]) != sizeof fields[0])
            return 1;
    return 0;
}

int main(int argc, char **argv)
{
    struct podium_channel ch = PODIUM_CHANNEL;
    struct podium_message m;
    if (argc > 1 && strcmp(argv[1], "bare") == 0)
        return play_bare();
    while (podium_next(&ch, &m)) {
        if (m.type == PODIUM_HELLO)
            podium_ready(&ch);
        else if (m.type == STEP)
            podium_answer(&ch, ACT, m.records, 1, sizeof(uint64_t));
    }
    return podium_bye(&ch);
}
