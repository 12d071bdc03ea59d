# expect: end=exit exit=0 stdout=learned collect=ok refused=ioctl needs=/usr/bin/make cpu=30 wall=60
# What a build does: make with two jobs, a static and a shared library, the default names of
# the compilers, a program found at run time, and tools that copy, list and pack. cp asks for
# a clone of the file (ioctl) and sets attributes (fsetxattr): refused, and it goes on.
set -e
cat > mean.c <<'END'
double mean(const double *x, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += x[i];
    return sum / n;
}
END
cat > main.cc <<'END'
#include <dlfcn.h>
#include <cstdio>
extern "C" double mean(const double *x, int n);
int main()
{
    const double x[] = {1, 2, 6};
    void *again = dlopen("/out/libmean.so", RTLD_NOW);
    auto *shared = again ? reinterpret_cast<decltype(&mean)>(dlsym(again, "mean")) : nullptr;
    std::puts(shared && mean(x, 3) == 3 && shared(x, 3) == 3 ? "learned" : "failed");
}
END
cat > Makefile <<'END'
all: program libmean.so
program: main.o libmean.a
	$(CXX) -o $@ $^ -ldl
libmean.a: mean.o
	$(AR) rcs $@ $^
libmean.so: mean.c
	$(CC) -shared -fPIC -O1 -o $@ $<
END
make -s -j2 all
cp -p program libmean.so /out/
touch -r program /out/program
tar -cf all.tar program libmean.so
mkdir unpacked
tar -xf all.tar -C unpacked
ls -l /out > listed
find . -name '*.o' -exec strip {} +
cmp unpacked/program /out/program
./unpacked/program
