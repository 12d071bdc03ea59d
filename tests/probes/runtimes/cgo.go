// expect: end=exit exit=0 stdout=learned refused=none needs=/usr/bin/go memory=512m tmp=256m file=256m cpu=60 wall=120
// Go that calls C: its threads are those of libc then, and the build runs gcc.
package main

/*
#include <math.h>
#cgo LDFLAGS: -lm
static double next(double x) { return cos(x); }
*/
import "C"

import (
	"fmt"
	"math"
	"runtime"
)

func main() {
	found := make(chan float64)
	for i := 0; i < 4; i++ {
		go func(x C.double) {
			runtime.LockOSThread()
			for step := 0; step < 200; step++ {
				x = C.next(x)
			}
			found <- float64(x)
		}(C.double(i))
	}
	for i := 0; i < 4; i++ {
		if x := <-found; math.Abs(math.Cos(x)-x) > 1e-9 {
			fmt.Println("failed", x)
			return
		}
	}
	fmt.Println("learned")
}
