/* event_lines.h - lines of a log as they are written, for the tests of its reader. */
#ifndef EVENT_LINES_H
#define EVENT_LINES_H

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"
#define ONES "1111111111111111111111111111111111111111111111111111111111111111"
#define HEAD                                                                               \
    "{\"seq\":7,\"at\":\"2023-11-18T11:59:59.999Z\",\"prev\":\"" ZEROS "\",\"kind\":"

/* A line of every kind with every key that it may have, written by hand. */
static const char *const LINES[] = {
    HEAD "\"opened\",\"competition\":\"c\",\"deadline\":\"2023-11-17 AoE\","
         "\"instant\":\"2023-11-18T12:00:00.000Z\",\"per_day\":5,\"finals\":2,"
         "\"key\":\"" ONES "\",\"grace_s\":0}",
    HEAD "\"received\",\"team\":\"A\",\"name\":\"e\",\"digest\":\"" ONES "\","
         "\"tasks\":[\"tile\",\"layout\"],\"received_at\":\"2023-11-18T11:59:59.998Z\","
         "\"stamped_by\":\"w\",\"origin\":\"a/b\",\"same_as\":3,\"sealed_by\":4,"
         "\"note\":\"n\"}",
    HEAD "\"refused\",\"team\":\"A\",\"origin\":\"a/b\",\"reason\":\"r\"}",
    HEAD "\"sealed\",\"team\":\"A\",\"digest\":\"" ONES "\"}",
    HEAD "\"extended\",\"deadline\":\"2023-11-19 AoE\","
         "\"instant\":\"2023-11-20T12:00:00.000Z\",\"reason\":\"r\"}",
    HEAD "\"graced\",\"grace_s\":3600,\"reason\":\"r\"}",
    HEAD "\"selected\",\"team\":\"A\",\"entries\":[2,3],\"reason\":\"r\"}",
    HEAD "\"disqualified\",\"team\":\"A\",\"entry\":3,\"reason\":\"r\"}",
    HEAD "\"reinstated\",\"team\":\"A\",\"entry\":3,\"reason\":\"r\"}",
    HEAD "\"withdrawn\",\"entry\":3,\"reason\":\"r\"}",
    HEAD "\"excused\",\"entry\":3,\"reason\":\"r\"}",
    HEAD "\"merged\",\"team\":\"A\",\"into\":\"B\",\"reason\":\"r\"}",
    HEAD "\"rejudged\",\"changes\":12,\"reason\":\"r\"}",
    HEAD "\"finalised\",\"as_of\":\"2023-11-19T00:00:00.000Z\",\"board\":\"" ONES "\","
         "\"reason\":\"r\"}",
    HEAD "\"clock\",\"drift_ms\":-3600000,\"note\":\"n\"}",
};

#endif
