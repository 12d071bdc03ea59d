#include "doctor.h"
unsigned sb_doctor(FILE *lines)
{
    (void)lines;
    return 0;
}
