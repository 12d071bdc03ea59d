/* expect: end=output cap=65536 max_ms=8000 */
/* ATTACKS 87: one line without an end, of NUL bytes and what is no UTF-8. */
#include "probe.h"

int main(void)
{
    static const char bytes[] = {'\0', '\xff', '\xc0', '\x80', '\033', '\r'};
    for (;;)
        if (fwrite(bytes, 1, sizeof bytes, stdout) == 0)
            return 1;
}
