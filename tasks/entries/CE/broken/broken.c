/* broken: compile error: the return value is missing, and so is the end. */
int main(void)
{
    return
