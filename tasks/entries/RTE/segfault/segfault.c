/* segfault: run-time error: writes to address 0 and dies of SIGSEGV. */
int main(void)
{
    int *volatile nowhere = 0;
    *nowhere = 1;
    return 0;
}
