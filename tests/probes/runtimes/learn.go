// expect: end=exit exit=0 stdout=learned collect=ok refused=none needs=/usr/bin/go memory=512m tmp=256m file=256m cpu=60 wall=120
// Go with goroutines on two processors, channels and garbage: a logistic regression.
package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"runtime"
	"sync"
)

const rows = 500

func x(i int) float64 { return float64(i*29%103)/103*4 - 2 }

func sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

func gradient(w [2]float64, first int) [2]float64 {
	var sum [2]float64
	for i := first; i < rows; i += 2 {
		label := 0.0
		if x(i) > 0.5 {
			label = 1
		}
		e := sigmoid(w[0]*x(i)+w[1]) - label
		sum[0] += e * x(i)
		sum[1] += e
	}
	return sum
}

func main() {
	var w [2]float64
	for step := 0; step < 2000; step++ {
		var wait sync.WaitGroup
		parts := make(chan [2]float64, 2)
		for half := 0; half < 2; half++ {
			wait.Add(1)
			go func(half int) {
				defer wait.Done()
				parts <- gradient(w, half)
			}(half)
		}
		wait.Wait()
		close(parts)
		for p := range parts {
			w[0] -= p[0] / rows * 5
			w[1] -= p[1] / rows * 5
		}
	}
	runtime.GC()
	text, _ := json.Marshal(w)
	if os.WriteFile("/out/model", text, 0o644) != nil || json.Unmarshal(text, &w) != nil {
		os.Exit(2)
	}
	if sigmoid(w[0]*0+w[1]) < 0.1 && sigmoid(w[0]*1+w[1]) > 0.9 {
		fmt.Println("learned")
	} else {
		fmt.Println("failed", w)
	}
}
